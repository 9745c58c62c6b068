import { dayAround } from '@tollgate/domain';
import { LATENCY_MEASURES, type UsageDimension } from '@tollgate/wire';
import { UsageFiguresError, type UsageFigures, type UsageOwner } from './usage-analytics.js';

export type RollupName = 'usage_day' | 'usage_hour' | 'spend_day' | 'deployment_hour';

export interface RollupChoice {
  readonly rollup: RollupName;
  readonly zone: string;
  /** Which rows of `spend_day` are read: they are kept for each kind of bearer apart. */
  readonly bearer: Bearer | null;
}

/** Who spends, besides projects. Rollups hold them one at a time. */
const BEARERS = ['apiKey', 'member', 'endUser', 'tag'] as const;
export type Bearer = (typeof BEARERS)[number];

const HOUR_MS = 3_600_000;
const LATENCIES: readonly string[] = LATENCY_MEASURES;

/**
 * Rollups are cut by what they are read for; one with every dimension would be larger than the events. This finds the
 * smallest one that holds an answer.
 * @throws UsageFiguresError that says which part of the question no rollup holds.
 */
export function chooseRollup(owner: UsageOwner | null, figures: UsageFigures): RollupChoice {
  const facets = facetsOf(figures);
  const zone = figures.zone ?? owner?.timeZone ?? 'UTC';
  const [bearer, second] = BEARERS.filter((name) => facets.has(name));
  if (second !== undefined && bearer !== undefined) {
    throw new UsageFiguresError(
      'by',
      `Figures are kept by ${bearer} and by ${second}, not by both. Ask for one of them.`,
    );
  }
  if (bearer !== undefined) return chooseSpendDay(owner, figures, { facets, zone, bearer });
  if (facets.has('deployment')) return chooseDeploymentHour(owner, figures, { facets, zone });
  if (facets.has('project')) {
    requireLocalDays(owner, figures, { zone, what: 'Figures by project' });
    return { rollup: 'usage_day', zone, bearer: null };
  }
  if (owner !== null && zone === owner.timeZone && figures.bucket !== 'hour' && isLocalDays(figures, zone)) {
    return { rollup: 'usage_day', zone, bearer: null };
  }
  requireWholeHours(figures);
  return { rollup: 'usage_hour', zone, bearer: null };
}

function facetsOf({ dimensions, filters }: UsageFigures): ReadonlySet<UsageDimension> {
  return new Set([...dimensions, ...(Object.keys(filters) as UsageDimension[])]);
}

interface Question {
  readonly facets: ReadonlySet<UsageDimension>;
  readonly zone: string;
}

function chooseSpendDay(
  owner: UsageOwner | null,
  figures: UsageFigures,
  { facets, zone, bearer }: Question & { bearer: Bearer },
): RollupChoice {
  const foreign = [...facets].find((facet) => facet !== bearer && facet !== 'organization');
  if (foreign !== undefined) {
    throw new UsageFiguresError('by', `No rollup holds figures by ${bearer} and ${foreign} together.`);
  }
  const latency = figures.measures.find((measure) => LATENCIES.includes(measure));
  if (latency !== undefined) {
    throw new UsageFiguresError('measure', `${latency} is not kept by ${bearer}. Ask for it by project or model.`);
  }
  requireLocalDays(owner, figures, { zone, what: `Figures by ${bearer}` });
  return { rollup: 'spend_day', zone, bearer };
}

function chooseDeploymentHour(
  owner: UsageOwner | null,
  figures: UsageFigures,
  { facets, zone }: Question,
): RollupChoice {
  if (owner !== null || facets.has('organization')) {
    throw new UsageFiguresError(
      'by',
      'Figures by deployment are kept for the operator, over all organizations together.',
    );
  }
  const held: readonly UsageDimension[] = ['deployment', 'provider', 'outcome'];
  const foreign = [...facets].find((facet) => !held.includes(facet));
  if (foreign !== undefined) {
    throw new UsageFiguresError('by', `No rollup holds figures by deployment and ${foreign} together.`);
  }
  requireWholeHours(figures);
  return { rollup: 'deployment_hour', zone, bearer: null };
}

/** Day rollups are cut in the zone of each organization, so that they answer for one organization in its own zone. */
function requireLocalDays(
  owner: UsageOwner | null,
  figures: UsageFigures,
  { zone, what }: { readonly zone: string; readonly what: string },
): void {
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

function requireWholeHours({ from, to }: UsageFigures): void {
  if (from % HOUR_MS !== 0) throw new UsageFiguresError('from', 'must be a full hour');
  if (to % HOUR_MS !== 0) throw new UsageFiguresError('to', 'must be a full hour');
}

const isMidnight = (instant: number, zone: string): boolean => dayAround(instant, zone).startsAt === instant;
const isLocalDays = ({ from, to }: UsageFigures, zone: string): boolean =>
  isMidnight(from, zone) && isMidnight(to, zone);
