import type { ErrorCode } from '@tollgate/domain';
import type { AnswerFacts, StreamEnd, UpstreamErrorFacts } from '@tollgate/providers';

/** For an answer that could not be read at all: what was delivered is not known either. */
export const NOTHING_KNOWN: StreamEnd = {
  complete: false,
  usage: null,
  servedModel: null,
  serviceTier: null,
  error: null,
  doneFrame: null,
  deliveredCharacters: 0,
  finishReasons: [],
};

/** How an attempt ended; exactly one of these is reported. */
export type AttemptEnd =
  | {
      readonly kind: 'completion';
      readonly body: Buffer;
      readonly contentType: string;
      readonly facts: AnswerFacts;
    }
  | { readonly kind: 'stream'; readonly stream: StreamEnd }
  | { readonly kind: 'cut'; readonly stream: StreamEnd; readonly facts: UpstreamErrorFacts }
  | { readonly kind: 'failed'; readonly facts: UpstreamErrorFacts; readonly stream: StreamEnd | null }
  | { readonly kind: 'abandoned'; readonly known: KnownUsage | null; readonly drained: boolean };

/** What can be said of the usage of an answer, whole or not. */
export type KnownUsage = Pick<StreamEnd, 'usage' | 'servedModel' | 'serviceTier' | 'deliveredCharacters'>;

export function errorCodeOf(end: AttemptEnd): ErrorCode | null {
  return end.kind === 'failed' || end.kind === 'cut' ? end.facts.code : null;
}
