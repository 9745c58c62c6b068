import { useGetList, type RaRecord } from 'react-admin';
import { useUrlState } from '../url/use-url-state.js';
import type { ResourceName, ResourceRecords } from './resources.js';

interface ListRequest {
  readonly filter?: Readonly<Record<string, string | undefined>>;
  /** A field, with `-` before it for descending; the API's own order when absent. */
  readonly sort?: string;
  readonly page?: number;
  readonly perPage?: number;
  readonly enabled?: boolean;
}

export interface List<T> {
  readonly rows: readonly T[] | undefined;
  readonly error: Error | null;
  readonly isPending: boolean;
  readonly hasNextPage: boolean;
  readonly refetch: () => void;
}

/** One page of a resource's list. */
export function useList<Name extends ResourceName>(
  resource: Name,
  { filter = {}, sort, page = 1, perPage = 50, enabled = true }: ListRequest = {},
): List<ResourceRecords[Name]> {
  const organization = useUrlState().get('organization');
  const result = useGetList<RaRecord>(
    resource,
    {
      meta: { organization },
      filter,
      pagination: { page, perPage },
      sort: { field: sort?.replace(/^-/, '') ?? 'id', order: sort?.startsWith('-') === true ? 'DESC' : 'ASC' },
    },
    { enabled },
  );
  return {
    // the data provider hands the API's records on as they are
    rows: result.data as readonly RaRecord[] | undefined as readonly ResourceRecords[Name][] | undefined,
    error: result.error,
    isPending: result.isPending && enabled,
    hasNextPage: result.pageInfo?.hasNextPage ?? false,
    refetch: () => void result.refetch(),
  };
}
