import type { ResponseFormat, Tool, ToolChoice } from '../../conversation.js';
import { isRecord } from '../../json.js';
import { RequestRefusal, WireReader } from '../../wire-reader.js';

const DIALECT = 'openai-responses';

/** Tools that the client runs; all others are defined, and mostly run, by OpenAI. */
export function parseTool(wire: WireReader): Tool {
  const type = wire.requiredString('type');
  if (type !== 'function' && type !== 'custom') {
    const unsaid = { description: null, parameters: null, strict: null, custom: null, cacheMarker: null };
    return { name: type, ...unsaid, definedBy: DIALECT, extensions: { type, ...wire.rest() } };
  }
  const name = wire.requiredString('name');
  const description = wire.string('description');
  const custom = type === 'custom' ? { format: wire.raw('format') } : null;
  const parameters = custom === null ? wire.record('parameters') : null;
  const strict = custom === null ? wire.boolean('strict') : null;
  const own = { name, description, parameters, strict, custom, definedBy: null, cacheMarker: null };
  return { ...own, extensions: wire.rest() };
}

export function parseToolChoice(wire: WireReader): ToolChoice | null {
  const choice = wire.raw('tool_choice');
  if (choice === null) return null;
  if (choice === 'none' || choice === 'auto' || choice === 'required') return { kind: choice };
  if (!isRecord(choice)) throw wire.unsupported('tool_choice', ['none', 'auto', 'required']);
  const reader = new WireReader(choice, 'tool_choice');
  const type = reader.requiredString('type');
  switch (type) {
    case 'function':
    case 'custom':
      return { kind: 'tool', name: reader.requiredString('name'), custom: type === 'custom' };
    case 'allowed_tools': {
      const mode = reader.requiredString('mode');
      if (mode !== 'auto' && mode !== 'required') throw reader.unsupported('mode', ['auto', 'required']);
      return { kind: 'allowed', mode, tools: (reader.array('tools') ?? []).map(allowedTool) };
    }
    default:
      // a tool that OpenAI runs, by its type
      return { kind: 'allowed', mode: 'required', tools: [choice] };
  }
}

/** As chat completions list them: the name stands one level deeper there. */
function allowedTool(tool: unknown): unknown {
  if (!isRecord(tool) || (tool['type'] !== 'function' && tool['type'] !== 'custom')) return tool;
  const { type, ...fields } = tool;
  return { type, [type]: fields };
}

export function parseTextFormat(wire: WireReader | null): ResponseFormat | null {
  if (wire === null) return null;
  switch (wire.requiredString('type')) {
    case 'text':
      return { kind: 'text' };
    case 'json_object':
      return { kind: 'json-object' };
    case 'json_schema':
      return {
        kind: 'json-schema',
        name: wire.requiredString('name'),
        description: wire.string('description'),
        schema: wire.record('schema'),
        strict: wire.boolean('strict'),
      };
    default:
      throw wire.unsupported('type', ['text', 'json_object', 'json_schema']);
  }
}

/** @throws RequestRefusal for what refers to something that a provider keeps, or would have to keep. */
export function refuseStored(wire: WireReader): void {
  for (const [name, instead] of STORED) {
    const given = wire.raw(name);
    if (given === null || given === false) continue;
    throw new RequestRefusal(`'${name}' is not supported: ${instead}`, name, 'caller_unsupported_parameter');
  }
}

/** What refers to stored things belongs to the account of the provider, which several organizations may share. */
export const STORED = [
  ['previous_response_id', 'responses are not stored here. Send the items of the conversation as `input`.'],
  ['conversation', 'conversations are not stored here. Send the items of the conversation as `input`.'],
  ['prompt', 'prompts are not stored here. Send its text as `instructions` or `input`.'],
  ['background', 'an answer is not kept for later here.'],
] as const;
