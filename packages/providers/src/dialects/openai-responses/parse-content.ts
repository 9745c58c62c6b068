import type { AudioPart, Extensions, FilePart, FileSource, ImagePart, Part } from '../../conversation.js';
import { RequestRefusal, type WireReader } from '../../wire-reader.js';

const CONTENT_TYPES = ['input_text', 'input_image', 'input_file', 'input_audio', 'output_text', 'refusal'];

/** A field that holds a text or a list of content; nothing when there is none. */
export function contentParts(wire: WireReader, name: string): Part[] {
  const content = wire.raw(name);
  if (content === null) return [];
  if (typeof content === 'string') return [{ kind: 'text', text: content }];
  return wire.objects(name).map(contentPart);
}

function contentPart(wire: WireReader): Part {
  switch (wire.requiredString('type')) {
    case 'input_text':
    case 'output_text':
    case 'summary_text':
    case 'text':
      return { kind: 'text', text: wire.requiredString('text'), ...extended(restOfText(wire)) };
    case 'refusal':
      return { kind: 'refusal', text: wire.requiredString('refusal') };
    case 'input_image':
    case 'computer_screenshot':
      return image(wire);
    case 'input_file':
      return file(wire);
    case 'input_audio':
      return audio(wire.requiredObject('input_audio'));
    default:
      throw wire.unsupported('type', CONTENT_TYPES);
  }
}

/** SDKs send the empty lists of answers back. */
function restOfText(wire: WireReader): Extensions {
  return Object.fromEntries(
    Object.entries(wire.rest()).filter(([, value]) => !(Array.isArray(value) && value.length === 0)),
  );
}

function image(wire: WireReader): ImagePart {
  const fileId = wire.string('file_id');
  const url = wire.string('image_url');
  if (url === null && fileId === null) {
    const path = wire.pathOf('image_url');
    throw new RequestRefusal(`Missing required parameter: '${path}'.`, path);
  }
  return { kind: 'image', url, fileId: url === null ? fileId : null, detail: wire.string('detail'), ...rest(wire) };
}

function file(wire: WireReader): FilePart {
  return { kind: 'file', source: fileSource(wire), filename: wire.string('filename'), ...rest(wire) };
}

function fileSource(wire: WireReader): FileSource {
  const id = wire.string('file_id');
  const url = wire.string('file_url');
  if (id !== null) return { kind: 'id', id };
  return url === null ? { kind: 'data', data: wire.requiredString('file_data') } : { kind: 'url', url };
}

function audio(wire: WireReader): AudioPart {
  const data = wire.requiredString('data');
  return { kind: 'audio', id: null, data, format: wire.requiredString('format'), transcript: null, expiresAt: null };
}

function rest(wire: WireReader): { readonly extensions?: Extensions } {
  return extended(wire.rest());
}

export function extended(extensions: Extensions): { readonly extensions?: Extensions } {
  return Object.keys(extensions).length === 0 ? {} : { extensions };
}
