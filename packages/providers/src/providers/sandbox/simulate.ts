import { hash } from 'node:crypto';

import type { Completion, Conversation, StreamPart } from '../../conversation.js';
import { parseRequest } from '../../dialects/openai-chat/parse-request.js';
import { StreamWriter } from '../../dialects/openai-chat/stream-writer.js';
import { writeResponse } from '../../dialects/openai-chat/write-response.js';
import { parseJson } from '../../json.js';
import { scanChatRequest } from '../../passthrough/scan-chat-request.js';
import { invalidRequest, isRequestProblem, type RequestProblem } from '../../request-problem.js';
import { sandboxAnswer } from './sandbox-answer.js';
import { type SandboxBehaviour, sandboxBehaviour } from './sandbox-behaviour.js';
import {
  answer,
  failure,
  JSON_HEADERS,
  type SandboxAnswer,
  type SandboxEvent,
  type SandboxResponse,
} from './sandbox-response.js';
import { isOperationPath, simulateOperation } from './simulate-operation.js';
import { SANDBOX_MODELS } from './sandbox-models.js';
import { streamParts } from './stream-parts.js';

export interface SandboxRequest {
  readonly method: string;
  readonly path: string;
  readonly body: Buffer;
}

const CHAT_PATH = '/v1/chat/completions';
const MODELS_PATH = '/v1/models';
/** Parameters without a meaning here that OpenAI's API takes; any other unknown one is refused, as it does. */
const ACCEPTED = new Set([
  'metadata',
  'store',
  'safety_identifier',
  'prompt_cache_key',
  'prompt_cache_retention',
  'prediction',
  'web_search_options',
  'stream_options',
]);

/** The simulated provider: a pure function of the request and the clock, strict about both path and parameters. */
export function simulateSandbox({ method, path, body }: SandboxRequest, nowMs: number): SandboxResponse {
  if (path === CHAT_PATH && method === 'POST') return simulateChat(body, nowMs);
  if (path === MODELS_PATH && method === 'GET')
    return answer(200, { object: 'list', data: SANDBOX_MODELS.map(modelObject) });
  if (isOperationPath(path) && method === 'POST') return simulateOperation(path, body, nowMs);
  if (path === CHAT_PATH || path === MODELS_PATH || isOperationPath(path)) {
    return failure(405, { message: `Not allowed to ${method} on ${path}.`, param: null, code: 'method_not_allowed' });
  }
  return failure(404, { message: `Invalid URL (${method} ${path})`, param: null, code: null });
}

/** One chat completion of the simulated provider. */
export function simulateChat(body: Buffer, nowMs: number): SandboxResponse {
  const conversation = readRequest(body);
  if (isRequestProblem(conversation)) return failure(400, { ...conversation, code: null });
  const behaviour = sandboxBehaviour(conversation.model);
  if (behaviour === null) {
    const message = `The model \`${conversation.model}\` does not exist or you do not have access to it.`;
    return failure(404, { message, param: null, code: 'model_not_found' });
  }
  if (behaviour.hangs) return { kind: 'hang' };
  if (behaviour.errorStatus !== null) return simulatedError(behaviour.errorStatus);
  return simulate(conversation, behaviour, { id: hash('sha256', body, 'hex').slice(0, 24), nowMs });
}

function readRequest(body: Buffer): Conversation | RequestProblem {
  const scanned = scanChatRequest(body, 0, body.length);
  if (isRequestProblem(scanned)) return scanned;
  const document = parseJson(body.toString());
  if (document === undefined)
    return { code: 'caller_invalid_json', message: 'The body is not valid JSON.', param: null };
  const conversation = parseRequest(document);
  if (isRequestProblem(conversation)) return conversation;
  const strange = conversation.sampling.topK === null ? [] : ['top_k'];
  const unknown = [...strange, ...Object.keys(conversation.extensions)].find((name) => !ACCEPTED.has(name));
  if (unknown !== undefined) return invalidRequest(`Unrecognized request argument supplied: ${unknown}`, unknown);
  const choice = conversation.toolChoice;
  if (choice !== null && choice.kind !== 'none' && choice.kind !== 'auto' && conversation.tools.length === 0) {
    return invalidRequest(
      "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.",
      'tool_choice',
    );
  }
  if (choice?.kind === 'tool' && !conversation.tools.some((tool) => tool.name === choice.name)) {
    return invalidRequest(`Tool choice '${choice.name}' not found in 'tools' parameter.`, 'tool_choice');
  }
  return conversation;
}

interface Call {
  readonly id: string;
  readonly nowMs: number;
}

function simulate(conversation: Conversation, behaviour: SandboxBehaviour, { id, nowMs }: Call): SandboxResponse {
  const { choices, usage } = sandboxAnswer(conversation, behaviour);
  const completion: Completion = {
    dialect: 'openai-chat',
    id: `chatcmpl-sandbox-${id}`,
    model: conversation.model,
    created: Math.floor(nowMs / 1000),
    choices,
    usage: behaviour.reportsUsage ? usage : null,
    serviceTier: 'default',
    extensions: { system_fingerprint: 'fp_sandbox' },
  };
  const { delayMs, cutAfter } = behaviour;
  if (!conversation.stream)
    return {
      ...answer(200, writeResponse(completion, { createdAt: completion.created })),
      delayMs,
      cut: cutAfter !== null,
    };
  const parts = (): Iterable<StreamPart> => streamParts(completion, behaviour.chunks?.count ?? null);
  const events = { [Symbol.iterator]: () => writeEvents(parts(), conversation, behaviour) };
  return {
    kind: 'stream',
    status: 200,
    headers: { 'content-type': 'text/event-stream; charset=utf-8' },
    events,
    cut: cutAfter !== null,
  };
}

function* writeEvents(
  parts: Iterable<StreamPart>,
  { includeUsage }: Conversation,
  { delayMs, chunks, cutAfter }: SandboxBehaviour,
): Generator<SandboxEvent> {
  const writer = new StreamWriter({ includeUsage, createdAt: 0 });
  let wait = delayMs;
  let pieces = 0;
  for (const part of parts) {
    const isContent = part.kind === 'text' || part.kind === 'reasoning' || part.kind === 'tool-input';
    if (isContent && pieces === cutAfter) return;
    if (isContent) {
      pieces++;
      wait += chunks?.delayMs ?? 0;
    }
    const text = writer.write(part);
    if (text === '') continue;
    yield { delayMs: wait, text };
    wait = 0;
  }
}

/** Errors as OpenAI's API words them. */
const ERRORS: Readonly<
  Record<number, { readonly message: string; readonly type: string; readonly code: string | null }>
> = {
  400: { message: 'The request is invalid (simulated).', type: 'invalid_request_error', code: null },
  401: { message: 'Incorrect API key provided (simulated).', type: 'invalid_request_error', code: 'invalid_api_key' },
  403: {
    message: 'You are not allowed to use this model (simulated).',
    type: 'invalid_request_error',
    code: 'model_not_available',
  },
  404: { message: 'The model does not exist (simulated).', type: 'invalid_request_error', code: 'model_not_found' },
  429: { message: 'Rate limit reached for requests (simulated).', type: 'requests', code: 'rate_limit_exceeded' },
  500: {
    message: 'The server had an error while processing your request (simulated).',
    type: 'server_error',
    code: null,
  },
  503: {
    message: 'The engine is currently overloaded, please try again later (simulated).',
    type: 'server_error',
    code: null,
  },
};

function simulatedError(status: number): SandboxAnswer {
  const fallback = status < 500 ? ERRORS[400] : ERRORS[500];
  const error = { param: null, ...(ERRORS[status] ?? fallback) };
  const response = answer(status, { error });
  return status === 429 || status === 503
    ? { ...response, headers: { ...JSON_HEADERS, 'retry-after': '1' } }
    : response;
}

function modelObject({ name }: { readonly name: string }): object {
  return { id: name, object: 'model', created: 0, owned_by: 'sandbox' };
}
