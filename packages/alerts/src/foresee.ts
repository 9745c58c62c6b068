import { readAvailable, readBalanceHistories, readBudgetHistories } from '@tollgate/database';
import type { AlertDraft, BudgetHistory, Database } from '@tollgate/database';
import { dayAround, dayLabel } from '@tollgate/domain';

import { forecastExhaustion, forecastSpend } from './forecast.js';
import type { Exhaustion, SpendHistory } from './forecast.js';

type Pool = Database['pool'];

export interface BudgetForecast {
  readonly budget: BudgetHistory;
  /** Null: not in this period, or too little is known. */
  readonly exhaustion: Exhaustion | null;
  /** What will be spent by the end of the period, in dollars; null: too little is known. */
  readonly spentByEnd: number | null;
}

export interface BalanceForecast {
  readonly organizationId: string;
  /** Decimal USD. */
  readonly available: string;
  readonly since: string;
  readonly exhaustion: Exhaustion | null;
}

const DAYS = 28;
const WEEK_MS = 7 * 86_400_000;

/** When budgets of the running period end, as they are being spent. @param organizationId null is all of them. */
export async function forecastBudgets(
  pool: Pool,
  organizationId: string | null,
  at: Date,
): Promise<readonly BudgetForecast[]> {
  const budgets = await readBudgetHistories(pool, organizationId, at);
  return budgets.map((budget) => {
    const clock = clockOf(at, budget.timeZone);
    const history = historyOf(budget, at);
    const spent = Number(budget.spent);
    const exhaustion = forecastExhaustion(history, { ...clock, left: Number(budget.granted) - spent });
    const endsAt = budget.periodEndsAt.getTime();
    const rest = forecastSpend(history, { ...clock, until: endsAt });
    return {
      budget,
      exhaustion: exhaustion !== null && exhaustion.expectedAt < endsAt ? exhaustion : null,
      spentByEnd: rest === null ? null : spent + rest,
    };
  });
}

/** When prepaid balances end. @param organizationId null is all of them. */
export async function forecastBalances(
  pool: Pool,
  organizationId: string | null,
  at: Date,
): Promise<readonly BalanceForecast[]> {
  const balances = await readAvailable(pool, organizationId, at);
  const histories = new Map(
    (await readBalanceHistories(pool, organizationId, at)).map((each) => [each.organizationId, each]),
  );
  return balances.map(({ organizationId: id, available, since }) => {
    const history = histories.get(id);
    const left = Number(available);
    const exhaustion =
      history === undefined
        ? null
        : forecastExhaustion(historyOf(history, at), { ...clockOf(at, history.timeZone), left });
    return { organizationId: id, available, since, exhaustion };
  });
}

/** Budgets that will not last until their period ends, by the later end of the range: told once a period. */
export async function foreseeBudgets(pool: Pool, at: Date): Promise<AlertDraft[]> {
  const forecasts = await forecastBudgets(pool, null, at);
  return forecasts.flatMap(({ budget, exhaustion }): AlertDraft[] => {
    const { organizationId, budgetId, periodStartsAt, periodEndsAt, spent, granted } = budget;
    const isUsedUp = Number(spent) >= Number(granted);
    if (exhaustion === null || isUsedUp) return [];
    if (exhaustion.latestAt === null || exhaustion.latestAt >= periodEndsAt.getTime()) return [];
    const { scope, scopeId, scopeName } = budget;
    const facts = { budgetId, scope, scopeId, scopeName, spent, granted, periodEndsAt: periodEndsAt.toISOString() };
    return [
      {
        kind: 'budget.exhaustion-forecast',
        severity: 'warning',
        organizationId,
        subject: budgetId,
        dedupeKey: `budget.exhaustion-forecast:${budgetId}:${periodStartsAt.toISOString()}`,
        facts: { ...facts, ...told(exhaustion) },
      },
    ];
  });
}

/** Balances that are expected to last less than a week: told once between two grants. */
export async function foreseeBalances(pool: Pool, at: Date): Promise<AlertDraft[]> {
  const forecasts = await forecastBalances(pool, null, at);
  return forecasts.flatMap(({ organizationId, available, since, exhaustion }): AlertDraft[] => {
    if (exhaustion === null || Number(available) <= 0) return [];
    if (exhaustion.expectedAt >= at.getTime() + WEEK_MS) return [];
    return [
      {
        kind: 'balance.exhaustion-forecast',
        severity: 'warning',
        organizationId,
        subject: organizationId,
        dedupeKey: `balance.exhaustion-forecast:${organizationId}:${since}`,
        facts: { available, ...told(exhaustion) },
      },
    ];
  });
}

const told = ({ expectedAt, earliestAt, latestAt }: Exhaustion) => ({
  expectedAt: new Date(expectedAt).toISOString(),
  earliestAt: new Date(earliestAt).toISOString(),
  latestAt: latestAt === null ? null : new Date(latestAt).toISOString(),
});

const clockOf = (at: Date, timeZone: string): { now: number; dayEndsAt: number } => ({
  now: at.getTime(),
  dayEndsAt: dayAround(at.getTime(), timeZone).endsAt,
});

/** The days of the history without gaps, in the zone in which they were cut. */
function historyOf({ days, timeZone }: Pick<BudgetHistory, 'days' | 'timeZone'>, at: Date): SpendHistory {
  const today = Date.parse(`${dayLabel(at.getTime(), timeZone)}T00:00:00Z`);
  const labels = Array.from({ length: DAYS }, (_, index) =>
    new Date(today - (DAYS - index) * 86_400_000).toISOString().slice(0, 10),
  );
  const lastWeekday = new Date(today - 86_400_000).getUTCDay();
  return { days: labels.map((label) => Number(days[label] ?? 0)), lastWeekday };
}
