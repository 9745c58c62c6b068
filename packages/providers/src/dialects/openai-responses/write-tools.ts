import type { Extensions, ResponseFormat, Tool, ToolChoice } from '../../conversation.js';
import { isRecord, type JsonRecord } from '../../json.js';
import { withoutNulls } from '../openai-chat/wire-objects.js';

/**
 * @param own the tool came in this dialect; otherwise what is not said has to be: tools are strict by default here, which
 * would make every parameter of theirs a required one.
 */
export function writeTool(
  { name, description, parameters, strict, custom, extensions }: Tool,
  own: boolean,
): JsonRecord {
  const rest = own ? extensions : {};
  if (custom !== null) return withoutNulls({ ...rest, type: 'custom', name, description, format: custom.format });
  const schema = own ? parameters : withProperties(parameters ?? { type: 'object' });
  const said = own ? strict : (strict ?? false);
  return withoutNulls({ ...rest, type: 'function', name, description, parameters: schema, strict: said });
}

/** OpenAI refuses an object's schema that lists no properties, not even none. */
function withProperties(schema: Extensions): JsonRecord {
  return schema['type'] === 'object' && schema['properties'] === undefined ? { ...schema, properties: {} } : schema;
}

export function writeToolChoice(choice: ToolChoice): unknown {
  switch (choice.kind) {
    case 'tool':
      return { type: choice.custom ? 'custom' : 'function', name: choice.name };
    case 'allowed': {
      const tools = choice.tools.map(allowedTool);
      const [only] = tools;
      const type = isRecord(only) ? only['type'] : undefined;
      // the one tool of OpenAI's that has to be called
      if (tools.length === 1 && choice.mode === 'required' && type !== 'function' && type !== 'custom') return only;
      return { type: 'allowed_tools', mode: choice.mode, tools };
    }
    default:
      return choice.kind;
  }
}

/** Lists of allowed tools are kept in the words of chat completions, where the name stands one level deeper. */
function allowedTool(tool: unknown): unknown {
  if (!isRecord(tool)) return tool;
  const { type } = tool;
  if (type !== 'function' && type !== 'custom') return tool;
  const inner = tool[type];
  return isRecord(inner) ? { type, ...inner } : tool;
}

export function writeTextFormat(format: ResponseFormat): JsonRecord {
  if (format.kind !== 'json-schema') return { type: format.kind === 'text' ? 'text' : 'json_object' };
  const { name, description, schema, strict } = format;
  return withoutNulls({ type: 'json_schema', name, description, schema, strict });
}
