import { isRequestProblem, type RequestProblem } from '../request-problem.js';
import { CHAT_REQUEST_FIELDS } from './chat-request-fields.js';
import type { MaxOutputField, ScannedRequest } from './scanned-request.js';
import { readStreamOptions, withoutIncludeUsage } from './stream-options.js';
import {
  endUserOf,
  MAX_SERVICE_TIER_CHARACTERS,
  tagsOf,
  type TopLevelFields,
  TopLevelReader,
} from './top-level-fields.js';

type ChatFields = TopLevelFields<(typeof CHAT_REQUEST_FIELDS.names)[number]>;

const CAPS = ['max_tokens', 'max_completion_tokens'] as const;

const reader = new TopLevelReader(CHAT_REQUEST_FIELDS);

/** Reads and checks the top level of a chat completion request in `memory[start..end)`. */
export function scanChatRequest(memory: Buffer, start: number, end: number): ScannedRequest | RequestProblem {
  const fields = reader.read(memory, start, end);
  if (isRequestProblem(fields)) return fields;
  const request = readRequest(fields);
  return fields.problem ?? request;
}

function readRequest(fields: ChatFields): ScannedRequest {
  const model = fields.model();
  fields.checkMessages();
  const stream = fields.isTrue('stream');
  const options = readStreamOptions(fields, stream);
  const maxTokens = fields.number('max_tokens');
  const maxCompletionTokens = fields.number('max_completion_tokens');
  if (maxTokens !== null && maxCompletionTokens !== null) {
    fields.fail("Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.", 'max_tokens');
  }
  const metadata = fields.metadata();
  const modelSpan = fields.span('model');
  return {
    model,
    stream,
    includeUsage: options['include_usage'] === true,
    maxOutputTokens: maxCompletionTokens ?? maxTokens,
    maxOutputField: maxOutputField(maxTokens, maxCompletionTokens),
    n: fields.number('n') ?? 1,
    endUser: endUserOf(fields.endUser('user') ?? fields.endUser('safety_identifier'), metadata),
    tags: tagsOf(metadata),
    serviceTier: fields.text('service_tier', MAX_SERVICE_TIER_CHARACTERS),
    furtherModels: fields.furtherModels(),
    reroutes: fields.reroutes({ taken: 'models' }),
    spans: {
      model: modelSpan,
      stream_options: fields.span('stream_options'),
      caps: fields.spans(CAPS),
      behind: modelSpan?.end ?? 0,
      capPlace: null,
    },
    otherStreamOptions: withoutIncludeUsage(options),
  };
}

function maxOutputField(maxTokens: number | null, maxCompletionTokens: number | null): MaxOutputField | null {
  if (maxCompletionTokens !== null) return 'max_completion_tokens';
  return maxTokens === null ? null : 'max_tokens';
}
