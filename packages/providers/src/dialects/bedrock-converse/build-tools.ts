import { allowedToolNames } from '../../allowed-tools.js';
import type { Conversation, Tool, ToolChoice } from '../../conversation.js';
import type { JsonRecord } from '../../json.js';
import { PARAMETER_NAMES } from '../../parameter-names.js';
import { constrainedSchema } from '../anthropic-messages/constrained-schema.js';
import type { BlockOptions, WireBlock } from './build-blocks.js';

/** The tools of a request with the choice among them, or `null` when it has none. */
export function buildTools(conversation: Conversation, options: BlockOptions): JsonRecord | null {
  const { losses } = options;
  const names = PARAMETER_NAMES[conversation.dialect];
  const ofHistory = toolsOfHistory(conversation);
  const choosesNone = conversation.toolChoice?.kind === 'none';
  const tools = choosesNone && ofHistory.length === 0 ? [] : writeTools(conversation, options);
  if (tools.length === 0) {
    // Bedrock refuses calls of tools in the history of a request that defines none
    return ofHistory.length === 0 ? null : { tools: ofHistory };
  }
  // there is no word for calling none but to bring none
  if (choosesNone) losses.unsupported(names.toolChoice, 'other-answer');
  if (conversation.parallelToolCalls === false) losses.unsupported(names.parallelToolCalls, 'other-answer');
  const toolChoice = writeToolChoice(conversation, options);
  return toolChoice === null ? { tools } : { tools, toolChoice };
}

export function forcesTool(choice: ToolChoice | null): boolean {
  return (
    choice?.kind === 'tool' || choice?.kind === 'required' || (choice?.kind === 'allowed' && choice.mode === 'required')
  );
}

/** Which of the tools may be called is said by leaving out the others: there is no other way here. */
function writeTools({ tools, toolChoice }: Conversation, options: BlockOptions): readonly WireBlock[] {
  const { losses, points } = options;
  const allowed = toolChoice?.kind === 'allowed' ? allowedToolNames(toolChoice.tools) : null;
  const written: WireBlock[] = [];
  for (const [i, tool] of tools.entries()) {
    const path = `tools[${i}]`;
    if (tool.custom !== null) {
      losses.add(path, `The target model has no tools with free text as input, as '${path}' is.`, 'other-answer');
    } else if (tool.definedBy !== null) {
      losses.add(path, `The target model does not have the tool '${tool.name}' ('${path}').`, 'other-answer');
    } else if (allowed?.has(tool.name) !== false) {
      for (const name in tool.extensions) losses.unsupported(`tools[].${name}`, 'harmless');
      written.push({ toolSpec: writeTool(tool, options) });
      if (tool.cacheMarker !== null) points.putBehind(written, tool.cacheMarker.ttl);
    }
  }
  return written;
}

function writeTool({ name, description, parameters, strict }: Tool, { target, losses }: BlockOptions): JsonRecord {
  const strictSchema = strict === true ? constrainedSchema(parameters ?? { type: 'object', properties: {} }) : null;
  const isStrict = strictSchema !== null && !target.refuses.has('output_config.format');
  if (strict === true && !isStrict) losses.unsupported('tools[].strict', 'harmless');
  return {
    name,
    // an empty one is refused
    ...(description !== null && description !== '' && { description }),
    inputSchema: { json: isStrict ? strictSchema : objectSchema(parameters ?? {}) },
    ...(isStrict && { strict: true }),
  };
}

/** The input of a tool is an object, and has to say so. */
function objectSchema(schema: JsonRecord): JsonRecord {
  return schema['type'] === undefined ? { ...schema, type: 'object' } : schema;
}

function toolsOfHistory({ messages }: Conversation): readonly JsonRecord[] {
  const names = new Set<string>();
  for (const { parts } of messages) for (const part of parts) if (part.kind === 'tool-call') names.add(part.name);
  return [...names].map((name) => ({ toolSpec: { name, inputSchema: { json: { type: 'object' } } } }));
}

/** `auto` is what every model does unasked, and some refuse to be told. */
function writeToolChoice({ dialect, toolChoice }: Conversation, { target, losses }: BlockOptions): JsonRecord | null {
  if (!forcesTool(toolChoice)) {
    return toolChoice?.kind === 'auto' && target.forcedToolChoice ? { auto: {} } : null;
  }
  if (!target.forcedToolChoice) {
    losses.unsupported(PARAMETER_NAMES[dialect].toolChoice, 'other-answer');
    return null;
  }
  if (toolChoice?.kind !== 'tool') return { any: {} };
  if (!target.refuses.has('toolChoice.tool')) return { tool: { name: toolChoice.name } };
  losses.unsupported(PARAMETER_NAMES[dialect].toolChoice, 'other-answer');
  return { any: {} };
}
