import type { Extensions, FilePart, ImagePart, Message, Part } from '../../conversation.js';
import type { LeavingOut, Losses } from '../../inexpressible.js';
import type { JsonRecord } from '../../json.js';
import { pathOfPart } from '../../part-paths.js';
import { withoutNulls } from '../openai-chat/wire-objects.js';

const PDF = 'data:application/pdf;base64,';

interface Lost {
  readonly what: string;
  readonly leavingOut?: LeavingOut;
}

/** Writes the content of messages and of results of tools. */
export class ContentWriter {
  constructor(
    private readonly own: boolean,
    private readonly losses: Losses,
  ) {}

  write(message: Message, part: Part, textType: 'input_text' | 'output_text'): readonly JsonRecord[] {
    switch (part.kind) {
      case 'text': {
        return [{ type: textType, text: part.text, ...(this.own && contentFields(part.extensions)) }];
      }
      case 'refusal':
        return textType === 'output_text'
          ? [{ type: 'refusal', refusal: part.text }]
          : [{ type: textType, text: part.text }];
      case 'image':
        if (textType === 'output_text') return this.#lost(message, part, { what: 'a picture of the assistant' });
        return this.#image(message, part);
      case 'file':
        return this.#file(message, part);
      case 'audio':
        if (part.data === null)
          return this.#lost(message, part, { what: 'audio that another provider keeps', leavingOut: 'impossible' });
        return [{ type: 'input_audio', input_audio: { data: part.data, format: part.format } }];
      case 'opaque':
        return this.#lost(message, part, { what: `content of type '${String(part.wire['type'])}'` });
      case 'cache-marker':
        this.losses.unsupported('cache_control', 'harmless');
        return [];
      case 'tool-call':
      case 'tool-result':
      case 'reasoning':
        return this.#lost(message, part, { what: `a ${part.kind} in this place` });
    }
  }

  #image(message: Message, part: ImagePart): readonly JsonRecord[] {
    const { url, fileId, detail, extensions } = part;
    if (url === null && !this.own) {
      return this.#lost(message, part, { what: 'an image that another provider keeps', leavingOut: 'impossible' });
    }
    const rest = this.own ? extensions : {};
    // the detail has to be said
    const how = this.own ? detail : (detail ?? 'auto');
    return [withoutNulls({ type: 'input_image', image_url: url, file_id: fileId, detail: how, ...rest })];
  }

  /** Texts of documents are sent as texts: only files as such are taken as files. */
  #file(message: Message, part: FilePart): readonly JsonRecord[] {
    const { source, filename, extensions } = part;
    const rest = { filename, ...(this.own && extensions) };
    switch (source.kind) {
      case 'id':
        if (!this.own)
          return this.#lost(message, part, { what: 'a file that another provider keeps', leavingOut: 'impossible' });
        return [withoutNulls({ type: 'input_file', file_id: source.id, ...rest })];
      case 'url':
        // a name beside an address is refused
        return [withoutNulls({ type: 'input_file', file_url: source.url, ...(this.own && rest) })];
      case 'data': {
        const name = filename ?? (!this.own && source.data.startsWith(PDF) ? 'document.pdf' : null);
        return [withoutNulls({ type: 'input_file', file_data: source.data, ...rest, filename: name })];
      }
      case 'text':
        return [{ type: 'input_text', text: filename === null ? source.text : `${filename}\n\n${source.text}` }];
      case 'parts': {
        const parts: readonly Part[] = filename === null ? [] : [{ kind: 'text', text: filename }];
        return [...parts, ...source.parts].flatMap((inner) => this.write(message, inner, 'input_text'));
      }
    }
  }

  #lost(message: Message, part: Part, { what, leavingOut = 'other-answer' }: Lost): readonly [] {
    const path = pathOfPart(message, part);
    this.losses.add(path, `The target model does not take ${what} ('${path}').`, leavingOut);
    return [];
  }
}

/** All but the fields of the item in which the text stood. */
function contentFields(extensions: Extensions = {}): Extensions {
  return Object.fromEntries(Object.entries(extensions).filter(([name]) => name !== 'item'));
}
