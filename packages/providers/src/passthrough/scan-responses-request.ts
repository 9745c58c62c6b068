import { STORED } from '../dialects/openai-responses/parse-tools.js';
import { isRequestProblem, type RequestProblem } from '../request-problem.js';
import { RESPONSES_REQUEST_FIELDS } from './responses-request-fields.js';
import { bringsPictureModel, itemReferenceAt, toolOverStored } from './responses-tools.js';
import type { ScannedRequest } from './scanned-request.js';
import {
  endUserOf,
  MAX_SERVICE_TIER_CHARACTERS,
  tagsOf,
  type TopLevelFields,
  TopLevelReader,
} from './top-level-fields.js';

type ResponsesFields = TopLevelFields<(typeof RESPONSES_REQUEST_FIELDS.names)[number]>;

const reader = new TopLevelReader(RESPONSES_REQUEST_FIELDS);
const CAPS = ['max_output_tokens'] as const;
const NO_OPTIONS: ScannedRequest['otherStreamOptions'] = {};

/**
 * Reads and checks the top level of a request for a response in `memory[start..end)`. `store` goes on as it is: a provider
 * may keep what it answers, for whoever runs the gateway to look at, but no request may refer to it.
 */
export function scanResponsesRequest(memory: Buffer, start: number, end: number): ScannedRequest | RequestProblem {
  const fields = reader.read(memory, start, end);
  if (isRequestProblem(fields)) return fields;
  const body = memory.subarray(start, end);
  const request = readRequest(fields, body);
  const stored = storedProblem(fields, memory) ?? storesProblem(body);
  if (stored === null && !fields.isGiven('input')) fields.missing('input');
  return fields.problem ?? stored ?? request;
}

function readRequest(fields: ResponsesFields, body: Buffer): ScannedRequest {
  const model = fields.model();
  const maxOutputTokens = fields.number('max_output_tokens');
  const metadata = fields.metadata();
  const modelSpan = fields.span('model');
  return {
    model,
    stream: fields.isTrue('stream'),
    includeUsage: true,
    maxOutputTokens,
    maxOutputField: maxOutputTokens === null ? null : 'max_output_tokens',
    n: 1,
    endUser: endUserOf(fields.endUser('user') ?? fields.endUser('safety_identifier'), metadata),
    tags: tagsOf(metadata),
    serviceTier: fields.text('service_tier', MAX_SERVICE_TIER_CHARACTERS),
    furtherModels: fields.furtherModels(),
    reroutes: bringsPictureModel(body) ? 'tools' : fields.reroutes({ taken: 'models' }),
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

/** What a provider keeps belongs to the account, which is all that several organizations may share. */
function storesProblem(body: Buffer): RequestProblem | null {
  const tool = toolOverStored(body);
  if (tool === null) return null;
  const message =
    tool === 'file_search'
      ? "The tool 'file_search' is not supported: it reads what the provider keeps for the whole account."
      : `The tool '${tool}' must name no container and no files that the provider keeps.`;
  return { code: 'caller_unsupported_parameter', message, param: 'tools' };
}

function storedProblem(fields: ResponsesFields, memory: Buffer): RequestProblem | null {
  const code = 'caller_unsupported_parameter';
  for (const [param, instead] of STORED) {
    const given = param === 'background' ? fields.isTrue(param) : fields.isGiven(param);
    if (given) return { code, message: `'${param}' is not supported: ${instead}`, param };
  }
  const input = fields.span('input');
  const at = input === null ? null : itemReferenceAt(memory.subarray(input.start, input.end));
  if (at === null) return null;
  const message =
    "'item_reference' is not supported: nothing is stored here. Send the item itself, and `store: false`.";
  return { code, message, param: `input[${at}]` };
}
