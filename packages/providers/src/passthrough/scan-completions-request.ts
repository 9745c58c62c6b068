import { parseJson } from '../json.js';
import { isRequestProblem, type RequestProblem } from '../request-problem.js';
import { COMPLETIONS_REQUEST_FIELDS } from './completions-request-fields.js';
import { readStreamOptions, withoutIncludeUsage } from './stream-options.js';
import type { ScannedRequest } from './scanned-request.js';
import {
  endUserOf,
  MAX_SERVICE_TIER_CHARACTERS,
  tagsOf,
  type TopLevelFields,
  TopLevelReader,
} from './top-level-fields.js';

type CompletionsFields = TopLevelFields<(typeof COMPLETIONS_REQUEST_FIELDS.names)[number]>;

const reader = new TopLevelReader(COMPLETIONS_REQUEST_FIELDS);
const CAPS = ['max_tokens'] as const;
/** What servers of this dialect write where the request sets no cap. */
const DEFAULT_MAX_TOKENS = 16;

/**
 * Reads and checks the top level of a legacy completion request in `memory[start..end)`. Its answers are passed on and read
 * like those of chat completions, whose chunks differ in the name of the text alone.
 */
export function scanCompletionsRequest(memory: Buffer, start: number, end: number): ScannedRequest | RequestProblem {
  const fields = reader.read(memory, start, end);
  if (isRequestProblem(fields)) return fields;
  const prompts = countPrompts(fields, memory);
  const request = readRequest(fields, prompts);
  return fields.problem ?? request;
}

function readRequest(fields: CompletionsFields, prompts: number): ScannedRequest {
  const model = fields.model();
  const stream = fields.isTrue('stream');
  const options = readStreamOptions(fields, stream);
  const maxTokens = fields.number('max_tokens');
  const metadata = fields.metadata();
  const modelSpan = fields.span('model');
  return {
    model,
    stream,
    includeUsage: options['include_usage'] === true,
    maxOutputTokens: maxTokens ?? DEFAULT_MAX_TOKENS,
    maxOutputField: maxTokens === null ? null : 'max_tokens',
    // all that is written is billed, also what was written to pick the best of
    n: Math.max(fields.number('n') ?? 1, fields.number('best_of') ?? 1) * prompts,
    endUser: endUserOf(fields.endUser('user'), metadata),
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

/** A text or a list of tokens is one prompt; lists of these are several. */
function countPrompts(fields: CompletionsFields, memory: Buffer): number {
  const span = fields.span('prompt');
  if (span === null) {
    fields.missing('prompt');
    return 1;
  }
  if (memory[span.start] !== 91) return 1;
  const prompts = parseJson(memory.toString('utf8', span.start, span.end));
  if (!Array.isArray(prompts) || prompts.length === 0) {
    fields.fail("Invalid 'prompt': expected a text, or a list with at least one item.", 'prompt');
    return 1;
  }
  return prompts.every((token) => typeof token === 'number') ? 1 : prompts.length;
}
