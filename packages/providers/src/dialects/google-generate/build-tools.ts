import { allowedToolNames } from '../../allowed-tools.js';
import type { Conversation, Tool, ToolChoice } from '../../conversation.js';
import type { Losses } from '../../inexpressible.js';
import type { JsonRecord } from '../../json.js';

const DIALECT = 'google-generate';

interface ToolOptions {
  readonly own: boolean;
  readonly losses: Losses;
}

/**
 * All functions stand in one entry, tools that Google runs have one of their own. Which may be called can be said only where
 * one has to be: elsewhere the others are left out.
 */
export function buildTools({ tools, toolChoice }: Conversation, { own, losses }: ToolOptions): readonly JsonRecord[] {
  const allowed = toolChoice?.kind === 'allowed' && !own ? allowedToolNames(toolChoice.tools) : null;
  const functionDeclarations: JsonRecord[] = [];
  const entries: JsonRecord[] = [];
  for (const [i, tool] of tools.entries()) {
    const place = `tools[${i}]`;
    if (tool.definedBy === DIALECT) entries.push(tool.extensions);
    else if (tool.definedBy !== null) {
      losses.add(place, `The target model does not have the tool '${tool.name}' ('${place}').`, 'other-answer');
    } else if (tool.custom !== null) {
      const message = `The target model has no tools with free text as input, as '${place}' is.`;
      losses.add(place, message, 'other-answer');
    } else if (allowed?.has(tool.name) !== false) {
      if (!own) reportUnsaid(tool, losses);
      functionDeclarations.push(declaration(tool, own));
    }
  }
  return functionDeclarations.length === 0 ? entries : [{ functionDeclarations }, ...entries];
}

function reportUnsaid({ strict, cacheMarker, extensions }: Tool, losses: Losses): void {
  if (strict === true) losses.unsupported('tools[].strict', 'harmless');
  if (cacheMarker !== null) losses.unsupported('cache_control', 'harmless');
  for (const name in extensions) losses.unsupported(`tools[].${name}`, 'harmless');
}

/** A function without parameters has to leave them out: an object without properties is refused by some models. */
function declaration({ name, description, parameters, extensions }: Tool, own: boolean): JsonRecord {
  return {
    name,
    ...(description !== null && { description }),
    ...(parameters !== null && (own || takesSomething(parameters)) && { parametersJsonSchema: parameters }),
    ...(own && extensions),
  };
}

function takesSomething({ type, properties, ...others }: JsonRecord): boolean {
  if (type !== 'object' && type !== undefined) return true;
  const named = properties !== undefined && Object.keys(properties as object).length > 0;
  return named || Object.keys(others).some((name) => name !== 'additionalProperties' && !name.startsWith('$'));
}

/** `functionCallingConfig`, or `null` where nothing has to be said. */
export function buildToolChoice(choice: ToolChoice | null): JsonRecord | null {
  switch (choice?.kind) {
    case undefined:
      return null;
    case 'none':
      return { mode: 'NONE' };
    case 'auto':
      return { mode: 'AUTO' };
    case 'required':
      return { mode: 'ANY' };
    case 'tool':
      return { mode: 'ANY', allowedFunctionNames: [choice.name] };
    case 'allowed': {
      const names = { allowedFunctionNames: [...allowedToolNames(choice.tools)] };
      return choice.mode === 'required' ? { mode: 'ANY', ...names } : { mode: 'AUTO' };
    }
    default:
      return null;
  }
}
