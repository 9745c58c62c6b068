import type { WasteAnswer } from '@tollgate/wire';
import { useOperation } from '../api/use-operation.js';
import { useMe } from '../session/use-me.js';
import { useScope } from '../url/scope.js';

export type WasteRow = WasteAnswer['rows'][number];

/** Waste of the range, cut as the page wants it. */
export function useWaste(by: string) {
  const { organization, projectId, range } = useScope();
  return useOperation(
    'readWaste',
    {
      query: {
        by,
        from: range.from,
        to: range.to,
        organizationId: organization.id,
        ...(projectId === null ? {} : { projectId }),
      },
    },
    { keepPrevious: true },
  );
}

/** What a row is worth: to the operator what it cost, to others what they were charged. */
export function useWorth(): (row: Omit<WasteRow, 'key'>) => WasteRow['charged'] {
  const { me } = useMe();
  return ({ charged, cost }) => (me?.operator === true ? (cost ?? charged) : charged);
}
