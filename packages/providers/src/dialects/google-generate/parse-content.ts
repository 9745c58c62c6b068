import type { Extensions, FileSource, Message, Part } from '../../conversation.js';
import { isRecord, type JsonRecord } from '../../json.js';
import { RequestRefusal, type WireReader } from '../../wire-reader.js';
import { audioFormat, dataUrl, isKeptByProvider } from './media-types.js';
import { protoList, protoObject } from './proto-fields.js';
import { carriedBack } from './sealed-thoughts.js';

const DIALECT = 'google-generate';
const ROLES = ['user', 'model', 'function'] as const;

/** A call of the conversation whose result has not come yet. */
interface OpenCall {
  readonly id: string;
  readonly name: string;
}

/**
 * Reads contents one after the other. Google needs no ids for calls: a result belongs to the first call of that name that has
 * none, so that such calls get ids here, the same ones whenever the same request is read.
 */
export class ContentParser {
  readonly #open: OpenCall[] = [];

  /** @throws RequestRefusal when the content is not one that Google takes. */
  parse(wire: WireReader, index: number): Message {
    const given = wire.string('role');
    const role = ROLES.find((known) => known === given) ?? (given === null || given === '' ? 'user' : null);
    if (role === null) throw wire.unsupported('role', ['user', 'model']);
    const list = protoList(wire, 'parts');
    const parts = list.flatMap((part, i) => this.#part(part, `${index}_${i}`));
    return {
      path: wire.path,
      role: role === 'model' ? 'assistant' : 'user',
      name: null,
      parts,
      extensions: wire.rest(),
    };
  }

  /** @param place a name for the part that no other one has. */
  #part(wire: WireReader, place: string): Part[] {
    const signature = wire.string('thoughtSignature');
    const thought = wire.boolean('thought') === true;
    if (thought && wire.raw('text') !== null) {
      return [{ kind: 'reasoning', text: wire.string('text') ?? '', signature, redacted: null }];
    }
    const part = this.#typedPart(wire, place);
    if (signature === null) return [part];
    const carried = carriedBack(signature);
    if (carried !== null) return [...carried, part];
    switch (part.kind) {
      case 'opaque': // as it stands on the wire, with its signature
        return [part];
      case 'text':
      case 'image':
      case 'file':
      case 'tool-call':
      case 'tool-result':
        return [{ ...part, extensions: { ...part.extensions, thoughtSignature: signature } }];
      default:
        return [{ kind: 'reasoning', text: '', signature, redacted: null }, part];
    }
  }

  #typedPart(wire: WireReader, place: string): Part {
    if (wire.raw('text') !== null) {
      return { kind: 'text', text: wire.requiredString('text'), ...extended(wire.rest()) };
    }
    const blob = protoObject(wire, 'inlineData');
    if (blob !== null) return inline(blob, wire);
    const file = protoObject(wire, 'fileData');
    if (file !== null) return fileByAddress(file, wire);
    const call = protoObject(wire, 'functionCall');
    if (call !== null) return this.#call(call, wire, place);
    const response = protoObject(wire, 'functionResponse');
    if (response !== null) return this.#response(response, wire, place);
    const rest = wire.rest();
    if (Object.keys(rest).length === 0 && wire.raw('thoughtSignature') === null) {
      throw new RequestRefusal(`'${wire.path}' holds no content.`, wire.path);
    }
    if (Object.keys(rest).length === 0) return { kind: 'text', text: '' };
    return { kind: 'opaque', dialect: DIALECT, wire: wire.value };
  }

  #call(call: WireReader, wire: WireReader, place: string): Part {
    const name = call.requiredString('name');
    const id = nonEmpty(call.string('id')) ?? `call_${place}`;
    this.#open.push({ id, name });
    const input = JSON.stringify(call.record('args') ?? {});
    return { kind: 'tool-call', id, name, input, custom: false, ...extended(under(wire, 'functionCall', call)) };
  }

  #response(response: WireReader, wire: WireReader, place: string): Part {
    const name = response.requiredString('name');
    const given = nonEmpty(response.string('id'));
    const at = this.#open.findIndex((call) => (given === null ? call.name === name : call.id === given));
    const byName = at === -1 ? this.#open.findIndex((call) => call.name === name) : at;
    const [call] = byName === -1 ? [] : this.#open.splice(byName, 1);
    const { content, isError } = resultOf(response.record('response') ?? {});
    const media = protoList(response, 'parts').map((part) => this.#typedPart(part, place));
    const named = call === undefined ? { name } : {};
    return {
      kind: 'tool-result',
      toolCallId: call?.id ?? given ?? `call_${place}`,
      content: [...content, ...media],
      isError,
      ...extended({ ...under(wire, 'functionResponse', response), ...named }),
    };
  }
}

/** `output` and `error` are the words that Google's documentation gives a result that is only a text. */
function resultOf(response: JsonRecord): { readonly content: readonly Part[]; readonly isError: boolean } {
  const [first, ...others] = Object.keys(response);
  const only = others.length === 0 && first !== undefined ? response[first] : null;
  if (typeof only === 'string' && (first === 'output' || first === 'error')) {
    return { content: [{ kind: 'text', text: only }], isError: first === 'error' };
  }
  return { content: [{ kind: 'text', text: JSON.stringify(response) }], isError: false };
}

function inline(blob: WireReader, wire: WireReader): Part {
  const mimeType = blob.requiredString('mimeType');
  const data = blob.requiredString('data');
  const filename = blob.string('displayName');
  if (mimeType.startsWith('audio/')) {
    const format = audioFormat(mimeType);
    return { kind: 'audio', id: null, data, format, transcript: null, expiresAt: null };
  }
  const url = dataUrl(mimeType, data);
  const extensions = extended(under(wire, 'inlineData', blob));
  if (mimeType.startsWith('image/')) return { kind: 'image', url, fileId: null, detail: null, ...extensions };
  return { kind: 'file', source: { kind: 'data', data: url }, filename, ...extensions };
}

function fileByAddress(file: WireReader, wire: WireReader): Part {
  const url = file.requiredString('fileUri');
  if (isKeptByProvider(url)) {
    const message = `'${file.pathOf('fileUri')}' refers to a file that the provider keeps: send the file itself.`;
    throw new RequestRefusal(message, file.pathOf('fileUri'), 'caller_unsupported_parameter');
  }
  const mimeType = file.string('mimeType') ?? '';
  const filename = file.string('displayName');
  const rest = under(wire, 'fileData', file);
  if (mimeType.startsWith('image/')) {
    return { kind: 'image', url, fileId: null, detail: null, ...extended({ ...rest, mimeType }) };
  }
  const source: FileSource = { kind: 'url', url };
  return { kind: 'file', source, filename, ...extended(mimeType === '' ? rest : { ...rest, mimeType }) };
}

/** What is not read of a part and, under its own name, of the message in it. */
function under(wire: WireReader, name: string, inner: WireReader): Extensions {
  const rest = inner.rest();
  return Object.keys(rest).length === 0 ? wire.rest() : { ...wire.rest(), [name]: rest };
}

function extended(extensions: Extensions): { readonly extensions?: Extensions } {
  return isRecord(extensions) && Object.keys(extensions).length > 0 ? { extensions } : {};
}

const nonEmpty = (text: string | null): string | null => (text === '' ? null : text);
