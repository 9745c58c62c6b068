import type { SelfAuditExtent } from '@tollgate/domain';
import { parseArgs } from 'node:util';
import { StartUpError } from './start-up-error.js';

export type Command =
  | {
      readonly kind: 'start';
      readonly quiet: boolean;
      /** Null: what is started is real. Days of history that a new demo gets; null is the usual. */
      readonly demo: { readonly days: number | null } | null;
    }
  | { readonly kind: 'help' }
  | { readonly kind: 'audit'; readonly extent: SelfAuditExtent }
  | { readonly kind: 'create-token'; readonly name: string; readonly organizationId: string | null }
  | {
      readonly kind: 'export-usage';
      readonly organizationId: string;
      /** Local days; `null` with a period. */
      readonly from: string | null;
      readonly to: string | null;
      readonly period: string | null;
      readonly zone: string | null;
      readonly format: 'csv' | 'jsonl';
    }
  | { readonly kind: 'create-setup-link'; readonly email: string | null }
  | { readonly kind: 'turn-off-two-factor'; readonly email: string }
  | {
      readonly kind: 'apply';
      readonly file: string;
      readonly dryRun: boolean;
      /** Of the gateway; null: of the one with this environment. */
      readonly url: string | null;
    }
  /** Id or name of a credential, or a provider. */
  | { readonly kind: 'test-connection'; readonly what: string }
  | {
      readonly kind: 'create-key';
      readonly name: string;
      readonly projectId: string | null;
      readonly models: readonly string[];
    };

export const USAGE = `Usage: npm start -- [command] [options]

  start [--quiet]              start the database, the gateway and the worker (the default)
  start --demo [--days N]      start a demo in a data folder of its own: organizations, people and 30 days of
                               traffic are simulated when it is started for the first time
  tokens create --name NAME [--organization ID]
                               create a management token: an operator's, or one of an organization
  keys create --name NAME [--project ID] [--models LIST]
                               create an API key of a project (the only one, when there is one);
                               LIST is comma-separated names and patterns, all models by default
  users setup-link [--email ADDRESS]
                               create a link to the console that works once: for a new owner,
                               or for a new password of the user with this address
  users two-factor-off --email ADDRESS
                               let somebody in with the password alone who has lost their second factor;
                               ends their sessions
  test-connection CREDENTIAL   ask a provider whether it can be reached, and takes the secret: CREDENTIAL is the id or
                               the name of a credential, or a provider, such as openai, of which all are tested
  apply [FILE] [--dry-run] [--url URL]
                               make providers, deployments, routes and limits of the running gateway what FILE says
                               (tollgate.yaml), with the token of TOLLGATE_TOKEN; --dry-run prints what differs and
                               changes nothing: exit code 2 when something does
  audit [--recent]             audit the books, whether the product runs or not; fails when they do not agree;
                               --recent reads single events of the last two days only
  usage export --organization ID (--from DAY --to DAY | --period MONTH) [--zone ZONE] [--format csv|jsonl]
                               write usage and cost by day, project, key and model; of requests that
                               occurred from the one day until before the other, or are booked into the
                               month (2026-11), whether tollgate runs or not
  --help                       show this

Settings come from environment variables: PORT, HOST, DATABASE_URL, REDIS_URL, TOLLGATE_DATA, LOG_LEVEL,
OPENAI_API_KEY, ANTHROPIC_API_KEY, OPENAI_COMPATIBLE_URL and more; see docs/guides.
`;

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  quiet: { type: 'boolean' },
  demo: { type: 'boolean' },
  days: { type: 'string' },
  name: { type: 'string' },
  organization: { type: 'string' },
  project: { type: 'string' },
  models: { type: 'string' },
  recent: { type: 'boolean' },
  email: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  period: { type: 'string' },
  zone: { type: 'string' },
  format: { type: 'string' },
  'dry-run': { type: 'boolean' },
  url: { type: 'string' },
} as const;

type OptionName = keyof typeof OPTIONS;

/** @throws StartUpError when the arguments are not a command. */
export function readCommand(args: readonly string[]): Command {
  const { values, positionals } = parsed(args);
  if (values.help === true) return { kind: 'help' };
  const given = Object.keys(values) as OptionName[];
  const allow = (...names: readonly OptionName[]): void => {
    const stranger = given.find((name) => !names.includes(name));
    if (stranger !== undefined) throw new StartUpError(`--${stranger} does not belong to this command; see --help`);
  };
  if (positionals[0] === 'test-connection') {
    allow();
    return { kind: 'test-connection', what: testedCredential(positionals) };
  }
  if (positionals[0] === 'apply') {
    allow('dry-run', 'url');
    return applyCommand(positionals, values);
  }
  switch (positionals.join(' ')) {
    case '':
    case 'start':
      allow('quiet', 'demo', 'days');
      return { kind: 'start', quiet: values.quiet ?? false, demo: demoWish(values) };
    case 'help':
      return { kind: 'help' };
    case 'audit':
      allow('recent');
      return { kind: 'audit', extent: values.recent === true ? 'recent' : 'full' };
    case 'tokens create':
      allow('name', 'organization');
      return { kind: 'create-token', name: required(values.name), organizationId: values.organization ?? null };
    case 'keys create':
      allow('name', 'project', 'models');
      return {
        kind: 'create-key',
        name: required(values.name),
        projectId: values.project ?? null,
        models: modelList(values.models ?? '*'),
      };
    case 'usage export':
      allow('organization', 'from', 'to', 'period', 'zone', 'format');
      return exportCommand(values);
    case 'users setup-link':
      allow('email');
      return { kind: 'create-setup-link', email: values.email ?? null };
    case 'users two-factor-off':
      allow('email');
      if (values.email === undefined) throw new StartUpError('--email is missing; see --help');
      return { kind: 'turn-off-two-factor', email: values.email };
    default:
      throw new StartUpError(`there is no command "${positionals.join(' ')}"; see --help`);
  }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true });
  } catch (error) {
    throw new StartUpError(`${(error as Error).message}; see --help`);
  }
}

/** So that every incident lies within them. */
const LEAST_DEMO_DAYS = 3;
const MOST_DEMO_DAYS = 90;

function demoWish({ demo, days }: ReturnType<typeof parsed>['values']): { readonly days: number | null } | null {
  if (demo !== true) {
    if (days !== undefined) throw new StartUpError('--days belongs to --demo; see --help');
    return null;
  }
  if (days === undefined) return { days: null };
  const count = /^\d{1,2}$/.test(days) ? Number(days) : 0;
  if (count < LEAST_DEMO_DAYS || count > MOST_DEMO_DAYS)
    throw new StartUpError(`--days is a number from ${LEAST_DEMO_DAYS} to ${MOST_DEMO_DAYS}`);
  return { days: count };
}

function exportCommand(values: ReturnType<typeof parsed>['values']): Command {
  const { organization, from, to, period, zone, format = 'csv' } = values;
  if (organization === undefined) throw new StartUpError('--organization is missing; see --help');
  if (format !== 'csv' && format !== 'jsonl') throw new StartUpError('--format is csv or jsonl');
  if (period !== undefined && !/^\d{4}-\d\d$/.test(period)) throw new StartUpError('--period is a month, as 2026-11');
  if ((from === undefined) !== (to === undefined) || (from === undefined && period === undefined)) {
    throw new StartUpError('give --from and --to, or --period; see --help');
  }
  for (const day of [from, to]) {
    if (day !== undefined && !isDay(day)) throw new StartUpError(`${day} is no day; days look like 2026-11-01`);
  }
  return {
    kind: 'export-usage',
    organizationId: organization,
    from: from ?? null,
    to: to ?? null,
    period: period ?? null,
    zone: zone ?? null,
    format,
  };
}

const DEFAULT_FILE = 'tollgate.yaml';

function applyCommand(positionals: readonly string[], values: ReturnType<typeof parsed>['values']): Command {
  const [, file = DEFAULT_FILE, ...more] = positionals;
  if (more.length > 0) throw new StartUpError('one file is applied: put a name with spaces in quotes');
  const { url } = values;
  const parsedUrl = url === undefined ? null : URL.parse(url);
  if (url !== undefined && !/^https?:$/.test(parsedUrl?.protocol ?? '')) {
    throw new StartUpError('--url is where the gateway answers, such as https://llm.example.com');
  }
  return { kind: 'apply', file, dryRun: values['dry-run'] === true, url: parsedUrl?.origin ?? null };
}

const isDay = (text: string): boolean => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));

function testedCredential([, what, ...more]: readonly string[]): string {
  if (what === undefined || what === '') {
    throw new StartUpError('name a credential by its id or name, or a provider; see --help');
  }
  if (more.length > 0) throw new StartUpError('one credential is tested at a time: put a name with spaces in quotes');
  return what;
}

function required(name: string | undefined): string {
  if (name === undefined || name.trim() === '') throw new StartUpError('--name is missing; see --help');
  return name.trim();
}

function modelList(text: string): string[] {
  const models = text.split(',').map((model) => model.trim());
  if (models.includes('')) throw new StartUpError('--models is a comma-separated list of model names and patterns');
  return models;
}
