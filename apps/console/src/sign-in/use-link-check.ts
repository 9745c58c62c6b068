import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { ApiError } from '../api/api-error.js';
import { callOperation, type AnswerOf } from '../api/call-operation.js';

type CheckId = 'checkSetupLink' | 'checkInvitation' | 'checkSignUp';

const GONE = 410;

interface LinkCheck<Id extends CheckId> {
  readonly result: UseQueryResult<AnswerOf<Id>>;
  /** Whether the link is none, has been used, or has expired. */
  readonly isSpent: boolean;
}

/** What the link is for whose token this is. */
export function useLinkCheck<Id extends CheckId>(id: Id, token: string): LinkCheck<Id> {
  const result = useQuery<AnswerOf<Id>>({
    queryKey: [id, token],
    queryFn: () => callOperation<CheckId>(id, { body: { token } }) as Promise<AnswerOf<Id>>,
    enabled: token !== '',
    // a link that was used in another window does not work in this one
    staleTime: 0,
  });
  const { error } = result;
  return { result, isSpent: error instanceof ApiError && error.status >= 400 && error.status <= GONE };
}
