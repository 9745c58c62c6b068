import { environmentVariable, readConfigFromEnvironment } from '@tollgate/config';
import { API_PREFIX, appliedConfiguration, OPERATIONS, problem, type AppliedConfiguration } from '@tollgate/wire';
import { readFile } from 'node:fs/promises';
import { ConfigurationFileError, readConfigurationFile, type ConfigurationFile } from '../apply/configuration-file.js';
import { showChanges } from '../apply/show-changes.js';
import type { Command } from '../command-line.js';
import { StartUpError } from '../start-up-error.js';

type ApplyFile = Extract<Command, { kind: 'apply' }>;

export interface Application {
  /** What differs, or what is wrong, a line for each. */
  readonly text: string;
  /** 0: it is what is there. 1: the file could not be applied. 2: of a dry run, something differs. */
  readonly exitCode: 0 | 1 | 2;
}

/** A file with thousands of deployments takes its time. */
const TIMEOUT_MS = 180_000;

/**
 * Sends tollgate.yaml to the running gateway.
 * @throws StartUpError when there is no file, no token or no gateway.
 */
export async function applyFileByCommand(command: ApplyFile): Promise<Application> {
  const token = environmentVariable('TOLLGATE_TOKEN');
  if (token === undefined) {
    throw new StartUpError(
      'TOLLGATE_TOKEN is missing: a management token of the operator, such as "npm start -- tokens create --name apply" prints',
    );
  }
  const text = await readFile(command.file, 'utf8').catch((error: unknown) => {
    throw new StartUpError(`${command.file} cannot be read: ${(error as Error).message}`);
  });
  try {
    const file = readConfigurationFile(text, environmentVariable);
    return await send(command, file, token);
  } catch (error) {
    if (!(error instanceof ConfigurationFileError)) throw error;
    return { text: error.problems.map((each) => `${command.file}:${each}`).join('\n'), exitCode: 1 };
  }
}

async function send(command: ApplyFile, file: ConfigurationFile, token: string): Promise<Application> {
  const origin = command.url ?? ownOrigin();
  const { method, path } = OPERATIONS.applyConfiguration;
  const response = await fetch(`${origin}${API_PREFIX}${path}?dryRun=${command.dryRun}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(file.content),
    signal: AbortSignal.timeout(TIMEOUT_MS),
    // a token is for this server, wherever it would send us
    redirect: 'manual',
  }).catch(() => null);
  if (response === null)
    throw new StartUpError(`nothing answers at ${origin}: is tollgate running? --url names another`);
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) return presentApplied(appliedConfiguration.parse(body));
  const refusal = problem.safeParse(body);
  if (!refusal.success) throw new StartUpError(`${origin} answers ${response.status}, and is no tollgate`);
  const { detail, errors } = refusal.data;
  if (errors.length === 0) throw new StartUpError(detail);
  const lines = errors.map(({ pointer, message }) => {
    const { line, path: place } = file.placeOf(pointer.replace(/^\/body/, ''));
    return `${command.file}:${line}: ${place === '' ? '' : `${place}: `}${message}`;
  });
  return { text: lines.join('\n'), exitCode: 1 };
}

function presentApplied(applied: AppliedConfiguration): Application {
  return { text: showChanges(applied), exitCode: applied.dryRun && applied.changed ? 2 : 0 };
}

/** Of the gateway that runs with the same environment. */
function ownOrigin(): string {
  const { host, port } = readConfigFromEnvironment();
  const name = ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
