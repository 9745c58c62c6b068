import type { DialectId } from '@tollgate/providers';

import type { RequestBody } from '../../request-body.js';
import { conversationOf, type Exchange } from '../exchange.js';
import type { Candidate } from '../routing/route.js';

/** Each message and tool adds a few tokens of framing that have no bytes of their own; its JSON has more than these. */
const FRAMING_TOKENS = 16;

/**
 * What providers of a dialect put in front of a request and bill with it. Anthropic tells models how to use tools: up to
 * 804 tokens (platform.claude.com/docs, "Tool use", table of system prompt tokens), and says that it may grow.
 */
const HIDDEN_TOKENS: Readonly<Record<DialectId, number>> = {
  'openai-chat': 0,
  'openai-responses': 0,
  'openai-completions': 0,
  'anthropic-messages': 1024,
  'google-generate': 0,
  // Claude behind Converse is told how to use tools as it is by Anthropic
  'bedrock-converse': 1024,
  'cohere-chat': 0,
};

/**
 * The bytes of a request as tokens: an upper bound for text, since a token is at least one byte, and the estimate after
 * a crash. No tokenizer: 60 KB of one repeated character stall one for seconds.
 */
export function bodyTokensBound(body: RequestBody): number {
  return body.end - body.start + FRAMING_TOKENS;
}

/**
 * What the request can have of input tokens at this deployment. What may be more tokens than bytes (an image behind an
 * address, a compressed document, what a search brings in) can fill the model's context window, and nothing is longer
 * than that. `null`: such a request to a model whose window is not known, which nothing bounds.
 */
export function inputTokensBound(
  exchange: Exchange,
  body: RequestBody,
  { contextWindow: usual, dialect, provider, target }: Candidate,
): number | null {
  const { request, attachedBytes } = exchange;
  const surface = conversationOf(exchange);
  const contextWindow = usual === null ? null : surface.contextWindow(usual, request);
  const inBody = bodyTokensBound(body) + attachedBytes + (dialect === null ? 0 : HIDDEN_TOKENS[dialect]);
  // the bytes alone reach the window: what else is in there cannot matter, and searching a long body is not free
  if (contextWindow !== null && inBody >= contextWindow) return contextWindow;
  const searches = provider.searchesPerRequest(target.upstreamModel) > 0;
  return searches || surface.mayExceedItsBytes(body) ? contextWindow : inBody;
}
