import {
  type DialectId,
  isRecord,
  type MaxOutputField,
  parseJson,
  type RequestEdits,
  spliceRequest,
} from '@tollgate/providers';

import { conversationOf, type Exchange } from '../exchange.js';
import type { Candidate } from '../routing/route.js';
import type { Crossing } from './crossing.js';
import { otherForm } from './other-form.js';

/**
 * The same dialect on both sides: the client's bytes travel on; only the model's name, the request for usage and a cap on
 * the output that we impose are spliced in. The body of the client is not changed, so that it can be sent again.
 */
export const passthrough: Crossing = {
  path: ({ paths }, stream) => (stream ? paths.streamed : paths.whole),
  requestBody(exchange, candidate) {
    const { body, scanned } = exchange;
    if (body === null || scanned === null) throw new Error('dispatch before parse');
    // an attempt before this one may have left something out
    if (exchange.translation !== null) exchange.dropped = [];
    const spliced = spliceRequest(body, scanned, {
      model: candidate.target.upstreamModel,
      forceUsage: scanned.stream && candidate.provider.forcesUsage,
      maxOutput: outputCap(exchange, candidate),
    });
    return candidate.rewrite === null ? spliced : rewritten(spliced, candidate.rewrite);
  },
  requestHeaders: (exchange, { upstream }) =>
    conversationOf(exchange).requestHeaders(upstream.headers, exchange.request),
  forwarder: (exchange, _candidate, sink) =>
    conversationOf(exchange).forwarder(exchange.scanned?.includeUsage !== true, sink),
  readAnswer: (exchange, _candidate, body) => ({ facts: conversationOf(exchange).readAnswer(body), body }),
  ...otherForm,
};

/** What the scanner has let through may still be no JSON deeper down: that is the provider's to refuse. */
function rewritten(body: Buffer, rewrite: NonNullable<Candidate['rewrite']>): Buffer {
  const parsed = parseJson(body.toString());
  if (!isRecord(parsed)) return body;
  const written = rewrite(parsed);
  // what needs no change keeps its bytes
  return written === parsed ? body : Buffer.from(JSON.stringify(written));
}

/** The name of the cap where the dialect has only one; chat completions have two, and the model decides. */
const CAP_FIELDS: Readonly<Partial<Record<DialectId, MaxOutputField>>> = {
  'openai-responses': 'max_output_tokens',
  'openai-completions': 'max_tokens',
  'anthropic-messages': 'max_tokens',
  'google-generate': 'maxOutputTokens',
};

/**
 * The cap on the output that is spliced in: ours, when the caller gave none; or the caller's own under the name that
 * the model takes, because a cap that the model does not know would hold nothing.
 */
function outputCap(
  { imposedOutputCap, principal, scanned }: Exchange,
  candidate: Candidate,
): RequestEdits['maxOutput'] {
  const field =
    (candidate.dialect === null ? undefined : CAP_FIELDS[candidate.dialect]) ?? candidate.targetModel.outputCapField;
  if (imposedOutputCap !== null) return { field, value: imposedOutputCap };
  if (scanned === null || scanned.maxOutputTokens === null) return null;
  // models that think refuse the older name, which clients still send
  const isRefused = field === 'max_completion_tokens' && scanned.maxOutputField === 'max_tokens';
  if (principal?.hasMoneyScope !== true && !isRefused) return null;
  const isPlain = scanned.maxOutputField === field && Object.keys(scanned.spans.caps).length === 1;
  return isPlain ? null : { field, value: scanned.maxOutputTokens };
}
