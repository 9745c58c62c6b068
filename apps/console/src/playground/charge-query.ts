import { queryOptions } from '@tanstack/react-query';
import { inputTokens, outputTokens, type Usage } from '@tollgate/domain';
import type { MoneyAmount } from '@tollgate/wire';
import type { Answer, TokenCounts } from './conversation.js';

/** What a request took as far as it is known: at first what the gateway captured, then what the books say. */
export interface Charge {
  readonly state: 'pending' | 'rated' | 'unpriced';
  /** Null while nothing is known, and where there is no price. */
  readonly cost: MoneyAmount | null;
  readonly tokens: TokenCounts;
}

const ASK_MS = 700;
const MOST_TRIES = 30;

/** Asks the gateway about a request, with a secret of the key that made it, until its charge is final. */
export function chargeQuery(answer: Answer, secretOf: () => Promise<string>) {
  const { requestId, state, failure } = answer;
  return queryOptions<Charge>({
    queryKey: ['charge', requestId],
    // whoever was not let in has no request
    enabled: requestId !== null && state !== 'running' && failure?.status !== 401,
    retry: MOST_TRIES,
    retryDelay: ASK_MS,
    queryFn: async ({ signal }) => {
      // the gateway writes down that a client has left after that client has gone on
      if (state === 'stopped') await new Promise((resolve) => setTimeout(resolve, ASK_MS));
      return readCharge(requestId ?? '', { secret: await secretOf(), signal });
    },
    refetchInterval: ({ state: { data: charge, dataUpdateCount } }) =>
      charge?.state === 'pending' && dataUpdateCount < MOST_TRIES ? ASK_MS : false,
  });
}

interface RequestObject {
  readonly status: Charge['state'];
  readonly cost: MoneyAmount | null;
  readonly usage: Usage;
}

async function readCharge(requestId: string, given: { secret: string; signal: AbortSignal }): Promise<Charge> {
  const response = await fetch(`/v1/requests/${requestId}`, {
    credentials: 'omit',
    headers: { authorization: `Bearer ${given.secret}` },
    signal: given.signal,
  });
  if (!response.ok) throw new Error(`the charge of ${requestId} is not known: ${response.status}`);
  const { status, cost, usage } = (await response.json()) as RequestObject;
  const isReported = Object.keys(usage).length > 0;
  const tokens = isReported
    ? { input: inputTokens(usage), output: outputTokens(usage) }
    : { input: null, output: null };
  return { state: status, cost, tokens };
}
