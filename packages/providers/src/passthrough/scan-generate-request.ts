import type { RequestAddress } from '../dialect.js';
import { readRequestedTier } from '../dialects/google-generate/service-tiers.js';
import { invalidRequest, isRequestProblem, type RequestProblem } from '../request-problem.js';
import { refersToKeptFile, toolOverStores } from './generate-kept-files.js';
import {
  GENERATE_REQUEST_FIELDS,
  GENERATE_TWINS,
  GENERATION_CONFIG_FIELDS,
  GENERATION_CONFIG_TWINS,
} from './generate-request-fields.js';
import { skipSpace } from './json-cursor.js';
import type { EditableSpans, FieldPlace, FieldSpan, MaxOutputField, ScannedRequest } from './scanned-request.js';
import type { SlabBody } from './splice-request.js';
import { MAX_SERVICE_TIER_CHARACTERS, tagsOf, type TopLevelFields, TopLevelReader } from './top-level-fields.js';

type RequestFields = TopLevelFields<(typeof GENERATE_REQUEST_FIELDS.names)[number]>;
type ConfigFields = TopLevelFields<(typeof GENERATION_CONFIG_FIELDS.names)[number]>;

const reader = new TopLevelReader(GENERATE_REQUEST_FIELDS);
const configReader = new TopLevelReader(GENERATION_CONFIG_FIELDS);
const NO_OPTIONS: ScannedRequest['otherStreamOptions'] = {};
const MAX_LABELS_BYTES = 16_384;
const CONFIG = 'generationConfig';

/** What of `generationConfig` the gateway acts upon. */
interface Generation {
  readonly maxOutputTokens: number | null;
  readonly maxOutputField: MaxOutputField | null;
  readonly candidates: number;
  readonly reroutes: string | null;
  readonly caps: EditableSpans['caps'];
  readonly capPlace: FieldPlace | null;
}

/** Reads and checks the top level of a request to generate content, and of its `generationConfig`. */
export function scanGenerateRequest(body: SlabBody, address: RequestAddress): ScannedRequest | RequestProblem {
  const { memory, start, end } = body;
  const fields = reader.read(memory, start, end);
  if (isRequestProblem(fields)) return fields;
  const contents = fields.span('contents');
  if (contents === null) return invalidRequest("Missing required parameter: 'contents'.", 'contents');
  if (isEmpty(memory, contents)) {
    return invalidRequest("Invalid 'contents': empty. Expected at least one content.", 'contents');
  }
  const problem = twinProblem(fields, GENERATE_TWINS) ?? unsharedProblem(fields, body);
  if (problem !== null) return problem;
  const tier = fields.isGiven('serviceTier') ? 'serviceTier' : 'service_tier';
  const serviceTier = readRequestedTier(fields.text(tier, MAX_SERVICE_TIER_CHARACTERS));
  const tags = tagsOf(fields.object('labels', MAX_LABELS_BYTES));
  const reroutes = fields.reroutes();
  if (fields.problem !== null) return fields.problem;
  const generation = readGeneration(memory, fields.span(CONFIG) ?? fields.span('generation_config'), contents.end);
  if (isRequestProblem(generation)) return generation;
  const { model, stream } = address;
  const { caps, capPlace, candidates: n, maxOutputTokens, maxOutputField } = generation;
  return {
    ...{ model, stream, includeUsage: true, maxOutputTokens, maxOutputField, n, endUser: null, tags, serviceTier },
    // the address names one model; others come by a header
    furtherModels: [],
    reroutes: reroutes ?? generation.reroutes,
    spans: { model: null, stream_options: null, caps, behind: contents.end, capPlace },
    otherStreamOptions: NO_OPTIONS,
  };
}

function readGeneration(memory: Buffer, span: FieldSpan | null, behind: number): Generation | RequestProblem {
  if (span === null) {
    const capPlace = { at: behind, before: `,"${CONFIG}":{`, after: '}' };
    const nothing = { maxOutputTokens: null, maxOutputField: null, candidates: 1, reroutes: null };
    return { ...nothing, caps: {}, capPlace };
  }
  const fields = configReader.read(memory, span.start, span.end);
  if (isRequestProblem(fields)) return inConfig(fields);
  const problem = twinProblem(fields, GENERATION_CONFIG_TWINS);
  if (problem !== null) return inConfig(problem);
  const caps = fields.spans(['maxOutputTokens', 'max_output_tokens']);
  const [camel, snake] = [fields.number('maxOutputTokens'), fields.number('max_output_tokens')];
  const candidates = fields.number('candidateCount') ?? fields.number('candidate_count') ?? 1;
  if (fields.problem !== null) return inConfig(fields.problem);
  return {
    maxOutputTokens: camel ?? snake,
    maxOutputField: camel !== null ? 'maxOutputTokens' : snake === null ? null : 'max_output_tokens',
    candidates,
    reroutes: reroutesOf(fields),
    caps,
    capPlace: Object.keys(caps).length > 0 ? null : placeInside(memory, span),
  };
}

/** Behind the bracket that opens the object. */
function placeInside(memory: Buffer, span: FieldSpan): FieldPlace {
  return { at: span.start + 1, before: '', after: isEmpty(memory, span) ? '' : ',' };
}

function reroutesOf(fields: ConfigFields): string | null {
  for (const name of ['routingConfig', 'routing_config', 'modelSelectionConfig', 'model_selection_config'] as const) {
    if (fields.isGiven(name)) return `${CONFIG}.${name}`;
  }
  return null;
}

/** Whether nothing stands between the brackets. */
function isEmpty(memory: Buffer, { start, end }: FieldSpan): boolean {
  const first = memory[skipSpace(memory, start + 1, end)];
  return first === 93 || first === 125;
}

/** One of two spellings would be checked, and the other one might be what counts. */
function twinProblem<Field extends string>(
  fields: TopLevelFields<Field>,
  twins: readonly (readonly [Field, Field])[],
): RequestProblem | null {
  for (const [camel, snake] of twins) {
    if (fields.span(camel) === null || fields.span(snake) === null) continue;
    return invalidRequest(`The field '${camel}' stands there in two spellings.`, camel);
  }
  return null;
}

/**
 * What a provider keeps belongs to its account, which all tenants of a deployment share: none of them may refer to it, and how
 * long it is does not show in the request. The model is named by the address, which is what was checked and priced.
 */
function unsharedProblem(fields: RequestFields, { memory, start, end }: SlabBody): RequestProblem | null {
  if (fields.isGiven('model')) return invalidRequest("'model' is named by the address, not in the body.", 'model');
  for (const name of ['cachedContent', 'cached_content'] as const) {
    if (fields.isGiven(name)) return unsupported(name, 'send the contents. The provider keeps them by itself');
  }
  const tools = fields.span('tools');
  const tool = tools === null ? null : toolOverStores(memory.subarray(tools.start, tools.end));
  if (tool !== null) return unsupported(`tools[].${tool}`, 'it reads what the provider keeps for the whole account');
  if (!refersToKeptFile(memory, start, end)) return null;
  return unsupported('contents[].parts[].fileData.fileUri', 'send the file itself, or a public address');
}

function unsupported(param: string, instead: string): RequestProblem {
  return { code: 'caller_unsupported_parameter', message: `'${param}' is not supported: ${instead}.`, param };
}

function inConfig(problem: RequestProblem): RequestProblem {
  const { param, message } = problem;
  if (param === null) return { ...problem, message: `${CONFIG}: ${message}`, param: CONFIG };
  return { ...problem, message: message.replace(`'${param}'`, `'${CONFIG}.${param}'`), param: `${CONFIG}.${param}` };
}
