import { OUTCOMES } from '@tollgate/domain';
import { useMemo } from 'react';
import { useScope } from '../url/scope.js';
import { useUrlState } from '../url/use-url-state.js';

/** Filters of the list, as the address names them. `failed` is every outcome but success. */
const FILTERS = ['model', 'provider', 'key', 'outcome'] as const;
export type FilterName = (typeof FILTERS)[number];
export const FAILED = 'failed';

interface RequestFilter {
  /** As the API takes it. */
  readonly filter: Readonly<Record<string, string | undefined>>;
  readonly isFiltered: boolean;
  readonly clear: () => void;
}

export function useRequestFilter(): RequestFilter {
  const { get, set } = useUrlState();
  const { organization, projectId, range } = useScope();
  return useMemo(() => {
    const outcome = get('outcome');
    return {
      filter: {
        organizationId: organization.id,
        projectId: projectId ?? undefined,
        model: get('model') ?? undefined,
        provider: get('provider') ?? undefined,
        apiKeyId: get('key') ?? undefined,
        failed: outcome === FAILED ? 'true' : undefined,
        outcome: OUTCOMES.find((known) => known === outcome),
        from: range.from,
        to: range.to,
      },
      isFiltered: FILTERS.some((name) => get(name) !== null),
      clear: () => set(Object.fromEntries(FILTERS.map((name) => [name, null]))),
    };
  }, [get, set, organization.id, projectId, range.from, range.to]);
}
