import { monthAround } from '@tollgate/domain';
import type { MoneyAmount } from '@tollgate/wire';
import { useOperation } from '../api/use-operation.js';
import { moneyOf } from '../overview/usage-values.js';
import { useScope } from '../url/scope.js';
import { useMinute } from '../url/use-minute.js';

/** What each key of the organization has spent in the running month, which is what its budget is for. */
export function useMonthSpend(): (apiKeyId: string) => MoneyAmount | undefined {
  const { organization } = useScope();
  const { startsAt, endsAt } = monthAround(useMinute(), organization.timeZone);
  const { data } = useOperation('readUsage', {
    query: {
      measure: 'cost',
      by: 'apiKey',
      from: new Date(startsAt).toISOString(),
      to: new Date(endsAt).toISOString(),
      zone: organization.timeZone,
      organizationId: organization.id,
    },
  });
  return (apiKeyId) =>
    data === undefined
      ? undefined
      : moneyOf(data.series.find(({ key }) => key['apiKey'] === apiKeyId)?.total ?? {}, 'cost');
}
