import { pricedTier } from '../dialects/anthropic-messages/read-service-tier.js';
import { isRequestProblem, type RequestProblem } from '../request-problem.js';
import { bringsAdvisor } from './messages-advisors.js';
import { MESSAGES_REQUEST_FIELDS } from './messages-request-fields.js';
import type { ScannedRequest } from './scanned-request.js';
import {
  endUserOf,
  MAX_SERVICE_TIER_CHARACTERS,
  tagsOf,
  type TopLevelFields,
  TopLevelReader,
} from './top-level-fields.js';

type MessagesFields = TopLevelFields<(typeof MESSAGES_REQUEST_FIELDS.names)[number]>;

const reader = new TopLevelReader(MESSAGES_REQUEST_FIELDS);
const CAPS = ['max_tokens'] as const;
const NO_OPTIONS: ScannedRequest['otherStreamOptions'] = {};

/** Reads and checks the top level of a request of Anthropic's Messages API in `memory[start..end)`. */
export function scanMessagesRequest(memory: Buffer, start: number, end: number): ScannedRequest | RequestProblem {
  const fields = reader.read(memory, start, end);
  if (isRequestProblem(fields)) return fields;
  const request = readRequest(fields, memory);
  if (!fields.isGiven('max_tokens')) fields.missing('max_tokens');
  return fields.problem ?? threadProblem(fields) ?? request;
}

/** The same for a request that asks only how many tokens it has: it need not say how many may come out. */
export function scanCountTokensRequest(memory: Buffer, start: number, end: number): ScannedRequest | RequestProblem {
  const fields = reader.read(memory, start, end);
  if (isRequestProblem(fields)) return fields;
  const request = readRequest(fields, memory);
  return fields.problem ?? threadProblem(fields) ?? request;
}

/**
 * A conversation that the provider keeps belongs to the account, which is all that several organizations may share, and
 * how long it is does not show in the request.
 */
function threadProblem(fields: MessagesFields): RequestProblem | null {
  if (!fields.isGiven('thread')) return null;
  const message = "'thread' is not supported: send the messages of the conversation.";
  return { code: 'caller_unsupported_parameter', message, param: 'thread' };
}

function reroutesOf(fields: MessagesFields, memory: Buffer): string | null {
  const tools = fields.span('tools');
  const advised = tools !== null && bringsAdvisor(memory.subarray(tools.start, tools.end));
  return advised ? 'tools' : fields.reroutes({ taken: 'models' });
}

function readRequest(fields: MessagesFields, memory: Buffer): ScannedRequest {
  const model = fields.model();
  fields.checkMessages();
  const maxTokens = fields.number('max_tokens');
  const metadata = fields.metadata();
  const modelSpan = fields.span('model');
  return {
    model,
    stream: fields.isTrue('stream'),
    includeUsage: true,
    maxOutputTokens: maxTokens,
    maxOutputField: maxTokens === null ? null : 'max_tokens',
    n: 1,
    endUser: endUserOf(null, metadata),
    tags: tagsOf(metadata),
    serviceTier: pricedTier({
      tier: fields.text('service_tier', MAX_SERVICE_TIER_CHARACTERS),
      speed: fields.text('speed', MAX_SERVICE_TIER_CHARACTERS),
      inferenceGeo: fields.text('inference_geo', MAX_SERVICE_TIER_CHARACTERS),
    }),
    furtherModels: fields.furtherModels(),
    reroutes: reroutesOf(fields, memory),
    spans: {
      model: modelSpan,
      stream_options: null,
      caps: fields.spans(CAPS),
      behind: modelSpan?.end ?? 0,
      capPlace: null,
    },
    otherStreamOptions: NO_OPTIONS,
  };
}
