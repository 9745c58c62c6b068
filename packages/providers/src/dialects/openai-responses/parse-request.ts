import type { Conversation, Extensions, Message } from '../../conversation.js';
import type { RequestProblem } from '../../request-problem.js';
import { RequestRefusal, WireReader } from '../../wire-reader.js';
import { parseInput } from './parse-input.js';
import { parseTextFormat, parseTool, parseToolChoice, refuseStored } from './parse-tools.js';

const LOGPROBS = 'message.output_text.logprobs';

/** Reads a request for a response; what is wrong with it is named by its path, as OpenAI's API does. */
export function parseRequest(body: unknown): Conversation | RequestProblem {
  try {
    return conversation(WireReader.of(body, ''));
  } catch (error) {
    if (error instanceof RequestRefusal) return error.problem;
    throw error;
  }
}

function conversation(wire: WireReader): Conversation {
  refuseStored(wire);
  // nothing is stored whatever is asked: answers say so, and clients that need it find that out there
  wire.boolean('store');
  const model = wire.requiredString('model');
  const text = wire.object('text');
  const reasoning = wire.object('reasoning');
  const messages = [...instructions(wire), ...parseInput(wire)];
  if (!messages.some(({ path }) => path !== 'instructions')) {
    throw new RequestRefusal("Missing required parameter: 'input'.", 'input');
  }
  const read: Omit<Conversation, 'extensions'> = {
    dialect: 'openai-responses',
    model,
    messages,
    tools: wire.objects('tools').map(parseTool),
    toolChoice: parseToolChoice(wire),
    parallelToolCalls: wire.boolean('parallel_tool_calls'),
    responseFormat: parseTextFormat(text?.object('format') ?? null),
    sampling: {
      temperature: wire.number('temperature'),
      topP: wire.number('top_p'),
      topK: null,
      presencePenalty: null,
      frequencyPenalty: null,
      seed: null,
      logitBias: null,
    },
    maxOutputTokens: wire.number('max_output_tokens'),
    stop: [],
    choices: 1,
    topLogprobs: topLogprobs(wire),
    reasoning: { effort: reasoning?.string('effort') ?? null, thinking: null, lost: false },
    verbosity: text?.string('verbosity') ?? null,
    outputModalities: null,
    outputAudio: null,
    serviceTier: wire.string('service_tier'),
    endUser: wire.string('user') ?? wire.string('safety_identifier'),
    stream: wire.boolean('stream') === true,
    includeUsage: true,
  };
  return { ...read, extensions: extensionsOf(wire, { text, reasoning }) };
}

/** What was not read of the objects inside stands under their names; what says the default says nothing. */
function extensionsOf(wire: WireReader, inner: Readonly<Record<string, WireReader | null>>): Extensions {
  const { truncation, include, ...others } = wire.rest();
  const extensions: Record<string, unknown> = { ...others };
  if (truncation !== undefined && truncation !== 'disabled') extensions['truncation'] = truncation;
  const included = Array.isArray(include) ? include.filter((name) => name !== LOGPROBS) : [];
  if (included.length > 0) extensions['include'] = included;
  for (const [name, reader] of Object.entries(inner)) {
    const rest = reader?.rest() ?? {};
    if (Object.keys(rest).length > 0) extensions[name] = rest;
  }
  return extensions;
}

function instructions(wire: WireReader): readonly Message[] {
  const text = wire.string('instructions');
  if (text === null || text === '') return [];
  const parts = [{ kind: 'text', text } as const];
  return [{ path: 'instructions', role: 'system', name: null, parts, extensions: {} }];
}

/** The probabilities of tokens are to be included; how many alternatives to each is said beside that. */
function topLogprobs(wire: WireReader): number | null {
  const include: readonly unknown[] = Array.isArray(wire.value['include']) ? wire.value['include'] : [];
  const most = wire.number('top_logprobs');
  return include.includes(LOGPROBS) ? (most ?? 0) : most === 0 ? null : most;
}
