import type { Conversation, Message } from '../../conversation.js';
import type { RequestAddress } from '../../dialect.js';
import type { RequestProblem } from '../../request-problem.js';
import { RequestRefusal, WireReader } from '../../wire-reader.js';
import { ContentParser } from './parse-content.js';
import { type Generation, parseGeneration } from './parse-generation-config.js';
import { parseToolChoice, parseTools } from './parse-tools.js';
import { protoList, protoObject, protoReader, restByPath } from './proto-fields.js';
import { restoreThoughts } from './sealed-thoughts.js';
import { readRequestedTier } from './service-tiers.js';

const DIALECT = 'google-generate';
const MODEL_PREFIX = /^(?:tuned)?models\//;

/** Reads a request to generate content; the address says for which model, and whether the answer is streamed. */
export function parseRequest(body: unknown, address?: RequestAddress): Conversation | RequestProblem {
  return reading(() => conversation(protoReader(body, ''), address));
}

/** Reads a request to count tokens: contents alone, or a whole request under `generateContentRequest`. */
export function parseCountRequest(body: unknown, address?: RequestAddress): Conversation | RequestProblem {
  return reading(() => {
    const wire = protoReader(body, '');
    const whole = protoObject(wire, 'generateContentRequest');
    if (whole === null) return conversation(wire, address);
    if (wire.raw('contents') === null) return conversation(whole, address);
    throw new RequestRefusal("Set 'contents' or 'generateContentRequest', not both.", 'contents');
  });
}

function reading(read: () => Conversation): Conversation | RequestProblem {
  try {
    return read();
  } catch (error) {
    if (error instanceof RequestRefusal) return error.problem;
    throw error;
  }
}

function conversation(wire: WireReader, address: RequestAddress | undefined): Conversation {
  refuseKept(wire);
  const named = wire.string('model')?.replace(MODEL_PREFIX, '');
  const model = address?.model ?? named ?? '';
  const messages = [...systemMessage(wire), ...contents(wire)];
  const toolConfig = protoObject(wire, 'toolConfig');
  const calling = toolConfig === null ? null : protoObject(toolConfig, 'functionCallingConfig');
  const tools = parseTools(wire);
  const toolChoice = parseToolChoice(calling);
  const generation = generationOf(wire);
  const serviceTier = readRequestedTier(wire.string('serviceTier'));
  return {
    ...generation,
    dialect: DIALECT,
    model,
    messages,
    tools,
    toolChoice,
    parallelToolCalls: null,
    verbosity: null,
    outputAudio: null,
    serviceTier,
    endUser: null,
    stream: address?.stream === true,
    includeUsage: true,
    extensions: {
      ...wire.rest(),
      ...generation.extensions,
      ...restByPath(toolConfig),
      ...restByPath(calling),
    },
  };
}

function generationOf(wire: WireReader): Generation {
  return parseGeneration(protoObject(wire, 'generationConfig') ?? new WireReader({}, 'generationConfig'));
}

/** What a provider keeps belongs to its account, and so to all tenants that are served by it. */
function refuseKept(wire: WireReader): void {
  if (wire.raw('cachedContent') === null) return;
  const path = wire.pathOf('cachedContent');
  const message = `'${path}' is not supported: send the contents. The provider keeps them by itself.`;
  throw new RequestRefusal(message, path, 'caller_unsupported_parameter');
}

/** Google takes it as a content whose role means nothing; some clients send its text alone. */
function systemMessage(wire: WireReader): readonly Message[] {
  if (wire.raw('systemInstruction') === null) return [];
  const path = wire.pathOf('systemInstruction');
  const text = wire.raw('systemInstruction');
  const content = protoReader(typeof text === 'string' ? { parts: [{ text }] } : text, path);
  content.raw('role');
  const { parts } = new ContentParser().parse(protoReader({ ...content.value, role: 'user' }, path), 0);
  return parts.length === 0 ? [] : [{ path, role: 'system', name: null, parts, extensions: {} }];
}

function contents(wire: WireReader): readonly Message[] {
  const path = wire.pathOf('contents');
  const parser = new ContentParser();
  const messages = restoreThoughts(protoList(wire, 'contents').map((content, i) => parser.parse(content, i)));
  if (messages.length === 0) throw new RequestRefusal(`${path}: at least one content is required.`, path);
  const empty = messages.find(({ role, parts }) => role === 'user' && parts.length === 0);
  if (empty === undefined) return messages;
  throw new RequestRefusal(`Missing required parameter: '${empty.path}.parts'.`, `${empty.path}.parts`);
}
