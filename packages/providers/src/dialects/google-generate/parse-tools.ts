import type { Tool, ToolChoice } from '../../conversation.js';
import { isRecord } from '../../json.js';
import { RequestRefusal, type WireReader } from '../../wire-reader.js';
import { jsonSchemaOf } from './open-api-schema.js';
import { protoList, protoStrings } from './proto-fields.js';

const DIALECT = 'google-generate';
/** Tools that look into what the operator's account keeps, which tenants share. */
const OVER_STORES: readonly string[] = ['fileSearch', 'retrieval'];

/** One entry holds all functions, or a tool that Google runs, or both. */
export function parseTools(wire: WireReader): readonly Tool[] {
  return protoList(wire, 'tools').flatMap((entry) => {
    const functions = protoList(entry, 'functionDeclarations').map(functionTool);
    return [...functions, ...Object.entries(entry.rest()).map(([name, value]) => ownTool(name, value, entry))];
  });
}

function functionTool(wire: WireReader): Tool {
  const name = wire.requiredString('name');
  const description = wire.string('description');
  const schema = wire.record('parametersJsonSchema');
  const openApi = wire.record('parameters');
  return {
    name,
    description: description === '' ? null : description,
    parameters: schema ?? (openApi === null ? null : jsonSchemaOf(openApi)),
    strict: null,
    custom: null,
    definedBy: null,
    cacheMarker: null,
    extensions: wire.rest(),
  };
}

function ownTool(name: string, value: unknown, entry: WireReader): Tool {
  if (OVER_STORES.includes(name)) {
    const path = entry.pathOf(name);
    const message = `'${path}' is not supported: it reads what the provider keeps for the whole account.`;
    throw new RequestRefusal(message, path, 'caller_unsupported_parameter');
  }
  const unsaid = { description: null, parameters: null, strict: null, custom: null, cacheMarker: null };
  return { name, ...unsaid, definedBy: DIALECT, extensions: { [name]: isRecord(value) ? value : {} } };
}

const MODES = ['AUTO', 'ANY', 'NONE', 'VALIDATED'];

/** `VALIDATED` is `AUTO` with calls that are surely well-formed: the mode itself stays unread, and among the extensions. */
export function parseToolChoice(config: WireReader | null): ToolChoice | null {
  const mode = config === null ? null : modeOf(config);
  if (config === null || mode === null) return null;
  const names = protoStrings(config, 'allowedFunctionNames');
  if (mode === 'NONE') return { kind: 'none' };
  const [only] = names;
  if (mode === 'ANY' && names.length === 1 && only !== undefined) return { kind: 'tool', name: only, custom: false };
  if (names.length === 0) return { kind: mode === 'ANY' ? 'required' : 'auto' };
  const tools = names.map((name) => ({ type: 'function', function: { name } }));
  return { kind: 'allowed', mode: mode === 'ANY' ? 'required' : 'auto', tools };
}

function modeOf(config: WireReader): string | null {
  const given = config.value['mode'];
  if (given === 'VALIDATED') return given;
  const mode = config.string('mode')?.toUpperCase() ?? null;
  if (mode === null || mode === 'MODE_UNSPECIFIED') return null;
  if (!MODES.includes(mode)) throw config.unsupported('mode', MODES);
  return mode;
}
