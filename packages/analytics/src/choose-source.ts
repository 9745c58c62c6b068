import { dayAround } from '@tollgate/domain';
import { LATENCY_MEASURES, type UsageDimension, type UsageSourceName } from '@tollgate/wire';
import { UsageFiguresError, type UsageFigures, type UsageOwner } from './usage-analytics.js';

export interface SourceChoice {
  readonly source: UsageSourceName;
  readonly zone: string;
  /** Which rows of `spend_day` are read: they are kept for each kind of bearer apart. */
  readonly bearer: Bearer | null;
  /** The table of UTC days that holds the same sums, which is read instead of the hours of whole days. */
  readonly days: UtcDaysName | null;
  /** Why no rollup holds the answer, so that single requests have to be read; `null` when one does. */
  readonly missing: UsageFiguresError | null;
}

/** Who spends, besides projects and keys. Their rollup holds them one at a time. */
const BEARERS = ['member', 'endUser', 'tag'] as const;
export type Bearer = (typeof BEARERS)[number];

export type UtcDaysName = 'installation_day' | 'deployment_day' | 'organization_day';

const HOUR_MS = 3_600_000;
const LATENCIES: readonly string[] = LATENCY_MEASURES;

/**
 * Rollups are cut by what they are read for; one with every dimension would be larger than the events. This finds the
 * smallest one that holds an answer. What none of them holds is added up from the single requests of an organization.
 * @throws UsageFiguresError that says which part of the question nothing holds.
 */
export function chooseSource(owner: UsageOwner | null, figures: UsageFigures): SourceChoice {
  const zone = figures.zone ?? owner?.timeZone ?? 'UTC';
  const question = { owner, figures, zone, facets: facetsOf(figures) };
  try {
    const choice = chooseRollup(question);
    return { ...choice, zone, days: utcDaysOf(question, choice), missing: null };
  } catch (error) {
    if (!(error instanceof UsageFiguresError) || owner === null) throw error;
    return { source: 'usage_event', zone, bearer: null, days: null, missing: error };
  }
}

interface Question {
  readonly owner: UsageOwner | null;
  readonly figures: UsageFigures;
  readonly zone: string;
  readonly facets: ReadonlySet<UsageDimension>;
}

const latencyOf = ({ measures }: UsageFigures) => measures.find((measure) => LATENCIES.includes(measure));

type RollupChoice = Pick<SourceChoice, 'source' | 'bearer'>;

function facetsOf({ dimensions, filters }: UsageFigures): ReadonlySet<UsageDimension> {
  return new Set([...dimensions, ...(Object.keys(filters) as UsageDimension[])]);
}

function chooseRollup(question: Question): RollupChoice {
  const { owner, figures, zone, facets } = question;
  const [bearer] = BEARERS.filter((name) => facets.has(name));
  if (bearer !== undefined) return chooseSpendDay(question, bearer);
  if (facets.has('apiKey')) return chooseUsageKeyDay(question);
  if (facets.has('deployment')) return chooseDeploymentHour(question);
  if (facets.has('project')) {
    requireLocalDays(question, 'Figures by project');
    return { source: 'usage_day', bearer: null };
  }
  if (owner !== null && zone === owner.timeZone && figures.bucket !== 'hour' && isLocalDays(figures, zone)) {
    return { source: 'usage_day', bearer: null };
  }
  requireWholeHours(question);
  return { source: owner === null && !facets.has('organization') ? 'installation_hour' : 'usage_hour', bearer: null };
}

/** Organizations have days of their own zone. Those of UTC are for the operator, who compares organizations. */
function utcDaysOf({ owner, figures, facets }: Question, { source }: RollupChoice): UtcDaysName | null {
  if (owner !== null || figures.bucket === 'hour') return null;
  if (source === 'installation_hour') return 'installation_day';
  if (source === 'deployment_hour') return 'deployment_day';
  const onlyOrganizations = facets.size === 1 && facets.has('organization');
  return onlyOrganizations && latencyOf(figures) === undefined ? 'organization_day' : null;
}

function chooseSpendDay(question: Question, bearer: Bearer): RollupChoice {
  requireFacets(question, bearer, [bearer, 'organization']);
  requireNoLatency(question, bearer);
  requireLocalDays(question, `Figures by ${bearer}`);
  return { source: 'spend_day', bearer };
}

function chooseUsageKeyDay(question: Question): RollupChoice {
  requireFacets(question, 'apiKey', ['apiKey', 'organization', 'project', 'model', 'provider']);
  requireNoLatency(question, 'apiKey');
  requireLocalDays(question, 'Figures by apiKey');
  return { source: 'usage_key_day', bearer: null };
}

function chooseDeploymentHour(question: Question): RollupChoice {
  if (question.owner !== null || question.facets.has('organization')) {
    throw new UsageFiguresError(
      'by',
      'Figures by deployment are kept for the operator, over all organizations together.',
    );
  }
  requireFacets(question, 'deployment', ['deployment', 'provider', 'outcome']);
  requireWholeHours(question);
  return { source: 'deployment_hour', bearer: null };
}

function requireFacets({ facets }: Question, name: UsageDimension, held: readonly UsageDimension[]): void {
  const foreign = [...facets].find((facet) => !held.includes(facet));
  if (foreign === undefined) return;
  throw new UsageFiguresError('by', `No rollup holds figures by ${name} and ${foreign} together.`);
}

function requireNoLatency({ figures }: Question, name: UsageDimension): void {
  const latency = latencyOf(figures);
  if (latency === undefined) return;
  throw new UsageFiguresError('measure', `${latency} is not kept by ${name}, only by project, model or provider.`);
}

/** Day rollups are cut in the zone of each organization, so that they answer for one organization in its own zone. */
function requireLocalDays({ owner, figures, zone }: Question, what: string): void {
  if (owner === null) {
    throw new UsageFiguresError('by', `${what} are kept for each organization apart. Name one with organizationId.`);
  }
  if (zone !== owner.timeZone) {
    throw new UsageFiguresError('zone', `${what} are kept in days of the organization's own zone, ${owner.timeZone}.`);
  }
  if (figures.bucket === 'hour') throw new UsageFiguresError('by', `${what} are kept by day, not by hour.`);
  if (!isMidnight(figures.from, zone)) throw new UsageFiguresError('from', `${what} begin at midnight in ${zone}.`);
  if (!isMidnight(figures.to, zone)) throw new UsageFiguresError('to', `${what} end at midnight in ${zone}.`);
}

function requireWholeHours({ figures: { from, to, bucket }, zone }: Question): void {
  if (from % HOUR_MS !== 0) throw new UsageFiguresError('from', 'must be a full hour');
  if (to % HOUR_MS !== 0) throw new UsageFiguresError('to', 'must be a full hour');
  // some zones are off by half an hour: their days do not consist of hours of UTC
  if (bucket === null || bucket === 'hour') return;
  if ([from, to].every((instant) => dayAround(instant, zone).startsAt % HOUR_MS === 0)) return;
  throw new UsageFiguresError('zone', 'Days of this zone are kept for an organization that has it as its own only.');
}

const isMidnight = (instant: number, zone: string): boolean => dayAround(instant, zone).startsAt === instant;
const isLocalDays = ({ from, to }: UsageFigures, zone: string): boolean =>
  isMidnight(from, zone) && isMidnight(to, zone);
