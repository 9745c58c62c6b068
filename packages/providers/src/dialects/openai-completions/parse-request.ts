import type { Conversation, Extensions } from '../../conversation.js';
import type { RequestProblem } from '../../request-problem.js';
import { RequestRefusal, WireReader } from '../../wire-reader.js';
import { parseSampling, parseStop } from '../openai-chat/parse-request.js';

/** OpenAI's own default; source: platform.openai.com/docs/api-reference/completions/create. */
const DEFAULT_MAX_TOKENS = 16;

/**
 * Reads a legacy completion request for models that answer conversations: the prompt becomes what the user says. What
 * continues a text (`suffix`, `echo`) or picks from several (`best_of`) has no counterpart there.
 */
export function parseRequest(body: unknown): Conversation | RequestProblem {
  try {
    return conversation(WireReader.of(body, ''));
  } catch (error) {
    if (error instanceof RequestRefusal) return error.problem;
    throw error;
  }
}

function conversation(wire: WireReader): Conversation {
  const model = wire.requiredString('model');
  const text = prompt(wire);
  const streamOptions = wire.object('stream_options');
  const choices = wire.number('n') ?? 1;
  const read: Omit<Conversation, 'extensions'> = {
    dialect: 'openai-completions',
    model,
    messages: [{ path: 'prompt', role: 'user', name: null, parts: [{ kind: 'text', text }], extensions: {} }],
    tools: [],
    toolChoice: null,
    parallelToolCalls: null,
    responseFormat: null,
    sampling: parseSampling(wire),
    maxOutputTokens: wire.number('max_tokens') ?? DEFAULT_MAX_TOKENS,
    stop: parseStop(wire),
    choices,
    topLogprobs: wire.number('logprobs'),
    reasoning: { effort: null, thinking: null, lost: false },
    verbosity: null,
    outputModalities: null,
    outputAudio: null,
    serviceTier: wire.string('service_tier'),
    endUser: wire.string('user'),
    stream: wire.boolean('stream') === true,
    includeUsage: streamOptions?.boolean('include_usage') === true,
  };
  return { ...read, extensions: extensionsOf(wire, choices) };
}

/** One text; what is tokenized already only the model that the tokens are of can read. */
function prompt(wire: WireReader): string {
  const given = wire.raw('prompt');
  if (given === null) throw new RequestRefusal("Missing required parameter: 'prompt'.", 'prompt');
  const [only, ...others] = Array.isArray(given) ? (given as readonly unknown[]) : [given];
  if (typeof only === 'string' && others.length === 0) return only;
  const wanted = typeof only === 'string' ? 'one prompt in a request' : "'prompt' as a text";
  throw new RequestRefusal(`The target model takes ${wanted} only.`, 'prompt', 'caller_unsupported_parameter');
}

/** Values that mean nothing are no news. */
function extensionsOf(wire: WireReader, choices: number): Extensions {
  const { echo, suffix, best_of: bestOf, ...others } = wire.rest();
  return {
    ...others,
    ...(echo !== undefined && echo !== false && { echo }),
    ...(suffix !== undefined && suffix !== '' && { suffix }),
    ...(bestOf !== undefined && bestOf !== choices && { best_of: bestOf }),
  };
}
