import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { OperationId } from '@tollgate/wire';
import { useUrlState } from '../url/use-url-state.js';
import { type AnswerOf, callOperation, type RequestOf } from './call-operation.js';

interface OperationOptions {
  readonly enabled?: boolean;
  /** Asks again after so many milliseconds, as long as the page is looked at. */
  readonly refetchMs?: number | false;
  /** Whether the answer before stays on the page while the next one is on its way. */
  readonly keepPrevious?: boolean;
}

/** The answer of an operation that only reads, kept as long as request and organization are the same. */
export function useOperation<Id extends OperationId>(
  id: Id,
  request: RequestOf<Id>,
  { enabled = true, refetchMs = false, keepPrevious = false }: OperationOptions = {},
): UseQueryResult<AnswerOf<Id>> {
  const organization = useUrlState().get('organization');
  // of so many operations the compiler cannot tell all requests and answers apart
  const result = useQuery<unknown>({
    queryKey: keyOf(id, request, organization),
    queryFn: ({ signal }) => callOperation(id, request, { organization, signal }),
    enabled,
    refetchInterval: refetchMs,
    ...(keepPrevious ? { placeholderData: keepPreviousData } : {}),
  });
  return result as UseQueryResult<AnswerOf<Id>>;
}

/** As one of all requests that there are, its type would be more than the compiler writes down. */
const keyOf = (...parts: readonly unknown[]): readonly unknown[] => parts;
