import { monthAround } from '@tollgate/domain';
import type { MoneyAmount } from '@tollgate/wire';
import { useOperation } from '../api/use-operation.js';
import { moneyOf } from '../overview/usage-values.js';
import { useZone } from '../url/scope.js';
import { useMinute } from '../url/use-minute.js';

/** What each organization was charged in the running month; all months are cut in the zone of the page. */
export function useSpendOfOrganizations(): (id: string) => MoneyAmount | undefined {
  const zone = useZone();
  const { startsAt, endsAt } = monthAround(useMinute(), zone);
  const { data } = useOperation('readUsage', {
    query: {
      measure: 'cost',
      by: 'organization',
      from: new Date(startsAt).toISOString(),
      to: new Date(endsAt).toISOString(),
      zone,
    },
  });
  return (id) => {
    if (data === undefined) return undefined;
    return moneyOf(data.series.find(({ key }) => key['organization'] === id)?.total ?? {}, 'cost');
  };
}
