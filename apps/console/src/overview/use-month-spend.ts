import { monthAround } from '@tollgate/domain';
import type { MoneyAmount, UsageAnswer } from '@tollgate/wire';
import { useOperation } from '../api/use-operation.js';
import { useScope } from '../url/scope.js';
import { useMinute } from '../url/use-minute.js';
import { moneyOf } from './usage-values.js';

/** What each key, or each project, has spent in the running month, which is what its budget is for. */
export function useMonthSpend(by: 'apiKey' | 'project'): (id: string) => MoneyAmount | undefined {
  const { organization } = useScope();
  const { startsAt, endsAt } = monthAround(useMinute(), organization.timeZone);
  const { data } = useOperation('readUsage', {
    query: {
      measure: 'cost',
      by,
      from: new Date(startsAt).toISOString(),
      to: new Date(endsAt).toISOString(),
      zone: organization.timeZone,
      organizationId: organization.id,
    },
  });
  return (id) => (data === undefined ? undefined : spendOf(data, by, id));
}

const spendOf = ({ series }: UsageAnswer, by: string, id: string): MoneyAmount =>
  moneyOf(series.find(({ key }) => key[by] === id)?.total ?? {}, 'cost');
