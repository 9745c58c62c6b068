import type { Conversation, Reasoning, ResponseFormat, Thinking } from '../../conversation.js';
import type { WireReader } from '../../wire-reader.js';
import { jsonSchemaOf } from './open-api-schema.js';
import { protoObject, protoStrings, restByPath } from './proto-fields.js';

/** What `generationConfig` says. */
export type Generation = Pick<
  Conversation,
  | 'sampling'
  | 'maxOutputTokens'
  | 'stop'
  | 'choices'
  | 'topLogprobs'
  | 'reasoning'
  | 'outputModalities'
  | 'responseFormat'
  | 'extensions'
>;

/** @param wire empty where the request has none. */
export function parseGeneration(wire: WireReader): Generation {
  const thinkingConfig = protoObject(wire, 'thinkingConfig');
  const wantsLogprobs = wire.boolean('responseLogprobs') === true;
  const topLogprobs = wire.number('logprobs');
  const modalities = protoStrings(wire, 'responseModalities').map((modality) => modality.toLowerCase());
  const read = {
    sampling: {
      temperature: wire.number('temperature'),
      topP: wire.number('topP'),
      topK: wire.number('topK'),
      presencePenalty: wire.number('presencePenalty'),
      frequencyPenalty: wire.number('frequencyPenalty'),
      seed: wire.number('seed'),
      logitBias: null,
    },
    maxOutputTokens: wire.number('maxOutputTokens'),
    stop: protoStrings(wire, 'stopSequences'),
    choices: wire.number('candidateCount') ?? 1,
    topLogprobs: wantsLogprobs ? (topLogprobs ?? 0) : null,
    reasoning: reasoning(thinkingConfig),
    outputModalities: modalities.length === 0 ? null : modalities,
    responseFormat: responseFormat(wire),
  };
  return { ...read, extensions: { ...restByPath(wire), ...restByPath(thinkingConfig) } };
}

/** A schema means JSON, and `text/plain` is what comes anyway; other types are named in the extensions. */
function responseFormat(wire: WireReader): ResponseFormat | null {
  const type = wire.value['responseMimeType'];
  const known = type === undefined || type === null || type === 'application/json' || type === 'text/plain';
  if (!known) {
    if (typeof type !== 'string') wire.string('responseMimeType');
    return null;
  }
  wire.raw('responseMimeType');
  const schema = wire.record('responseJsonSchema');
  const openApi = wire.record('responseSchema');
  if (schema === null && openApi === null) {
    return type === 'application/json' ? { kind: 'json-object' } : type === 'text/plain' ? { kind: 'text' } : null;
  }
  const given = schema ?? jsonSchemaOf(openApi ?? {});
  return { kind: 'json-schema', name: 'output', description: null, schema: given, strict: null };
}

const LEVELS = ['MINIMAL', 'LOW', 'MEDIUM', 'HIGH'];
/** What Anthropic's clients ask for to see thoughts: Google shows summaries, too. */
const SHOWN = 'summarized';
const HIDDEN = 'omitted';

function reasoning(wire: WireReader | null): Reasoning {
  if (wire === null) return { effort: null, thinking: null, lost: false };
  const level = wire.string('thinkingLevel')?.toUpperCase() ?? null;
  const known = level === null || level === 'THINKING_LEVEL_UNSPECIFIED' || LEVELS.includes(level);
  if (!known) throw wire.unsupported('thinkingLevel', LEVELS);
  const effort = level !== null && LEVELS.includes(level) ? level.toLowerCase() : null;
  return { effort, thinking: thinking(wire), lost: false };
}

/** A budget of -1 leaves it to the model. */
function thinking(wire: WireReader): Thinking | null {
  const budget = wire.number('thinkingBudget');
  const include = wire.boolean('includeThoughts');
  const display = include === null ? null : include ? SHOWN : HIDDEN;
  if (budget === 0) return { kind: 'off' };
  if (budget !== null && budget > 0) return { kind: 'budget', tokens: budget, display };
  return budget === null && include === null ? null : { kind: 'adaptive', display };
}
