import { secretColumns, storedSecret } from '@tollgate/database';
import { newId } from '@tollgate/domain';
import type { Configuration } from '@tollgate/wire';
import type { Resolve } from '@tollgate/public-address';
import { ProblemError } from '../http/problem-error.js';
import { requireUsableCredential } from '../provider-credentials/credential-rules.js';
import type { CredentialRow } from './configuration.repository.js';
import { blame, refuseRepetition, type PlannedChange, type Planning } from './planned-change.js';

type Provider = Configuration['providers'][number];

/** A credential as deployments of the file refer to it. */
export interface NamedCredential {
  readonly id: string;
  readonly provider: string;
}

export interface ProviderTools {
  readonly masterKey: Buffer;
  readonly resolve: Resolve;
}

export interface PlannedProviders {
  readonly changes: readonly PlannedChange[];
  /** Written when no deployment of the file uses them any more. */
  readonly removals: readonly PlannedChange[];
  readonly byName: ReadonlyMap<string, NamedCredential>;
}

export async function planProviders(planning: Planning, tools: ProviderTools): Promise<PlannedProviders> {
  const { configuration, state } = planning;
  const operators = state.credentials.filter(({ organizationId }) => organizationId === null);
  const owned = new Map(operators.filter(({ source }) => source === 'file').map((row) => [row.name, row]));
  const foreign = new Set(operators.filter(({ source }) => source !== 'file').map(({ name }) => name));
  const changes: PlannedChange[] = [];
  const byName = new Map<string, NamedCredential>();
  const seen = new Set<string>();
  for (const [at, described] of configuration.providers.entries()) {
    const pointer = `/providers/${at}`;
    const { name, provider } = described;
    if (refuseRepetition(planning, seen, { key: name, pointer: `${pointer}/name` })) continue;
    if (foreign.has(name)) {
      const message = 'is the name of a provider credential that the file does not own: rename one, or delete that';
      blame(planning, `${pointer}/name`, { code: 'taken', message });
    }
    await requireUsable(planning, described, { pointer, tools });
    const row = owned.get(name);
    const change = row === undefined ? creation(described, tools) : update(row, described, tools);
    changes.push(change);
    byName.set(name, { id: change.resourceId, provider });
  }
  const vanished = [...owned.values()].filter(({ name }) => !seen.has(name));
  for (const row of vanished) requireUnused(planning, row);
  return { changes, removals: vanished.map(removal), byName };
}

/** A provider's own rules, as for a credential that is made by hand. */
async function requireUsable(
  planning: Planning,
  { provider, baseUrl, secret }: Provider,
  { pointer, tools }: { readonly pointer: string; readonly tools: ProviderTools },
): Promise<void> {
  const draft = { organizationId: null, provider, baseUrl, hasSecret: secret !== null, newSecret: secret };
  try {
    await requireUsableCredential(draft, tools.resolve);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    for (const { pointer: below, ...fault } of error.errors) {
      blame(planning, pointer + below.replace(/^\/body/, ''), fault);
    }
  }
}

function requireUnused(planning: Planning, { id, name }: CredentialRow): void {
  const users = planning.state.deployments.filter((row) => row.providerCredentialId === id && row.source !== 'file');
  if (users.length === 0) return;
  const models = users.map(({ model }) => model).join(', ');
  const message = `${name} is no longer described, but deployments that the file does not own use it: ${models}`;
  blame(planning, '/providers', { code: 'in_use', message });
}

const TELLING = { kind: 'provider', resource: 'provider-credential', organizationId: null } as const;

/** That there is a secret is told, and that it changes; what it is, is not. */
const told = ({ provider, baseUrl }: Pick<Provider, 'provider' | 'baseUrl'>, secret: string | null) => ({
  provider,
  baseUrl,
  secret,
});

function creation(described: Provider, { masterKey }: ProviderTools): PlannedChange {
  const { name, provider, baseUrl, secret } = described;
  const id = newId('providerCredential');
  return {
    ...{ ...TELLING, name, resourceId: id, before: null },
    after: told(described, secret === null ? null : 'set, withheld'),
    write: (transaction) =>
      transaction.providerCredential.create({
        data: { id, name, provider, baseUrl, source: 'file', ...secretColumns(masterKey, id, secret) },
      }),
  };
}

function update(row: CredentialRow, described: Provider, { masterKey }: ProviderTools): PlannedChange {
  const { provider, baseUrl, secret } = described;
  const sameSecret = storedSecret(masterKey, row) === secret;
  const now = secret === null ? null : sameSecret ? 'withheld' : 'replaced, withheld';
  return {
    ...{ ...TELLING, name: row.name, resourceId: row.id },
    before: told(row, row.ciphertext === null ? null : 'withheld'),
    after: told(described, now),
    write: (transaction) =>
      transaction.providerCredential.update({
        where: { id: row.id },
        data: {
          ...{ provider, baseUrl, version: { increment: 1 } },
          ...(sameSecret ? {} : secretColumns(masterKey, row.id, secret)),
        },
      }),
  };
}

const removal = (row: CredentialRow): PlannedChange => ({
  ...{ ...TELLING, name: row.name, resourceId: row.id, after: null },
  before: told(row, row.ciphertext === null ? null : 'withheld'),
  write: (transaction) => transaction.providerCredential.delete({ where: { id: row.id } }),
});
