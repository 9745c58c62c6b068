import type {
  AudioPart,
  Extensions,
  FilePart,
  ImagePart,
  Message,
  Part,
  ReasoningPart,
  ToolResultPart,
} from '../../conversation.js';
import type { ClientDialectId } from '../../dialect-id.js';
import type { LeavingOut, Losses } from '../../inexpressible.js';
import { isRecord, type JsonRecord, parseJson } from '../../json.js';
import { PARAMETER_NAMES } from '../../parameter-names.js';
import { pathOfPart } from '../../part-paths.js';
import { isProvenTo } from '../../reasoning-proof.js';
import { toolInput } from '../anthropic-messages/tool-input.js';
import { audioType, inlineMedia, isKeptByProvider, typeOfAddress } from './media-types.js';

export type WirePart = Record<string, unknown>;

export interface PartOptions {
  /** The client's. */
  readonly dialect: ClientDialectId;
  /** The conversation came in this dialect: what has no neutral name is written again. */
  readonly own: boolean;
  /** Names of the tools that were called, by the ids of the calls: results have to say them. */
  readonly calledTools: ReadonlyMap<string, string>;
  readonly losses: Losses;
}

const DIALECT = 'google-generate';
const TEXT_TYPE = /^text\/|^application\/json$/;

/** Writes parts of messages as parts of contents. */
export class PartWriter {
  constructor(private readonly options: PartOptions) {}

  /** Results of tools come first, and what of them only parts of their own can hold follows them. */
  write(message: Message): { readonly results: readonly WirePart[]; readonly others: readonly WirePart[] } {
    const results: WirePart[] = [];
    const behindResults: WirePart[] = [];
    const others: WirePart[] = [];
    let signature: string | null = null;
    for (const part of message.parts) {
      if (part.kind === 'tool-result') results.push(this.#toolResult(message, part, behindResults));
      else if (part.kind === 'reasoning' && part.text === '') {
        const proof = this.#proofOf(part);
        if (proof !== null && signature !== null) others.push({ text: '', thoughtSignature: signature });
        signature = proof ?? signature;
      } else {
        for (const wire of this.#part(message, part)) {
          const proven = signature !== null && (part.kind === 'tool-call' || part.kind === 'image');
          if (signature !== null && !proven) others.push({ text: '', thoughtSignature: signature });
          others.push(proven ? { thoughtSignature: signature, ...wire } : wire);
          signature = null;
        }
      }
    }
    if (signature !== null) others.push({ text: '', thoughtSignature: signature });
    return { results, others: [...behindResults, ...others] };
  }

  #part(message: Message, part: Part): readonly WirePart[] {
    switch (part.kind) {
      case 'text':
        if (part.text === '' && part.extensions === undefined) return [];
        return [{ text: part.text, ...this.#extensions(part.extensions) }];
      case 'refusal':
        return part.text === '' ? [] : [{ text: part.text }];
      case 'image':
        return this.#image(message, part);
      case 'file':
        return this.#file(message, part);
      case 'audio':
        return this.#audio(message, part);
      case 'reasoning':
        return this.#thought(part);
      case 'tool-call': {
        const { id, name, input, custom, extensions } = part;
        return [this.#wrapped('functionCall', { id, name, args: toolInput(input, custom) }, extensions)];
      }
      case 'opaque': {
        if (part.dialect === DIALECT) return [{ ...part.wire }];
        const what = `content of type '${String(part.wire['type'])}'`;
        return this.#lost(message, part, { what, leavingOut: 'other-answer' });
      }
      case 'cache-marker':
        // Google keeps what it has read by itself
        this.options.losses.unsupported('cache_control', 'harmless');
        return [];
      case 'tool-result':
        return [];
    }
  }

  #thought(part: ReasoningPart): readonly WirePart[] {
    const isOwn = part.provenBy === undefined && this.options.own;
    if (isOwn && part.signature === null) return [{ text: part.text, thought: true }];
    const proof = this.#proofOf(part);
    return proof === null ? [] : [{ text: part.text, thought: true, thoughtSignature: proof }];
  }

  /** Thoughts are taken back only with a proof of Google's. */
  #proofOf(part: ReasoningPart): string | null {
    const { dialect, losses } = this.options;
    if (part.redacted === null && isProvenTo(DIALECT, part, dialect)) return part.signature;
    losses.unsupported(PARAMETER_NAMES[dialect].thoughts, 'harmless');
    return null;
  }

  /** A result is an object here; its pictures and files stand behind all results, behind a line that says whose they are. */
  #toolResult(message: Message, part: ToolResultPart, behind: WirePart[]): WirePart {
    const { toolCallId: id, content, isError, extensions } = part;
    const texts = content.flatMap((inner) => (inner.kind === 'text' || inner.kind === 'refusal' ? [inner.text] : []));
    const others = content.filter((inner) => inner.kind !== 'text' && inner.kind !== 'refusal');
    const media = others.flatMap((inner) => this.#part(message, inner));
    if (media.length > 0 && !this.options.own) behind.push({ text: `What the tool call ${id} returned:` }, ...media);
    const { name: given, ...rest } = this.#extensions(extensions);
    const name = this.options.calledTools.get(id) ?? (typeof given === 'string' ? given : 'unknown');
    const parts = media.length > 0 && this.options.own ? { parts: media } : {};
    return this.#wrapped('functionResponse', { id, name, response: responseOf(texts, isError), ...parts }, rest);
  }

  #image(message: Message, part: ImagePart): readonly WirePart[] {
    const { url, detail, extensions } = part;
    if (!this.options.own && detail !== null && detail !== 'auto') {
      this.options.losses.unsupported('messages[].content[].image_url.detail', 'harmless');
    }
    if (url === null) {
      return this.#lost(message, part, { what: 'an image that another provider keeps', leavingOut: 'impossible' });
    }
    return this.#media(message, part, { url, otherwise: 'image/jpeg', filename: null, extensions });
  }

  #file(message: Message, part: FilePart): readonly WirePart[] {
    const { source, filename, extensions } = part;
    switch (source.kind) {
      case 'id':
        return this.#lost(message, part, { what: 'a file that another provider keeps', leavingOut: 'impossible' });
      case 'text':
        return [{ text: filename === null ? source.text : `${filename}\n\n${source.text}` }];
      case 'parts':
        return [
          ...(filename === null ? [] : [{ text: filename }]),
          ...source.parts.flatMap((inner) => this.#part(message, inner)),
        ];
      case 'url':
        return this.#media(message, part, { url: source.url, otherwise: 'application/pdf', filename, extensions });
      case 'data': {
        const inline = inlineMedia(source.data);
        if (inline === null) return [{ inlineData: { mimeType: 'application/pdf', data: source.data } }];
        if (!this.options.own && TEXT_TYPE.test(inline.mimeType)) {
          const text = Buffer.from(inline.data, 'base64').toString();
          return [{ text: filename === null ? text : `${filename}\n\n${text}` }];
        }
        return this.#media(message, part, { url: source.data, otherwise: '', filename, extensions });
      }
    }
  }

  #media(message: Message, part: Part, { url, otherwise, filename, extensions }: Media): readonly WirePart[] {
    const named = this.options.own && filename !== null ? { displayName: filename } : {};
    if (!this.options.own && filename !== null) {
      const { content } = PARAMETER_NAMES[this.options.dialect];
      this.options.losses.unsupported(`${content}.filename`, 'harmless');
    }
    const { mimeType: given, ...rest } = this.#extensions(extensions);
    const inline = inlineMedia(url);
    if (inline !== null) return [this.#wrapped('inlineData', { ...inline, ...named }, rest)];
    if (isKeptByProvider(url) || !/^https?:\/\//i.test(url)) {
      return this.#lost(message, part, { what: 'a file at such an address', leavingOut: 'impossible' });
    }
    const mimeType = typeof given === 'string' ? given : typeOfAddress(url, otherwise);
    return [this.#wrapped('fileData', { mimeType, fileUri: url, ...named }, rest)];
  }

  #audio(message: Message, part: AudioPart): readonly WirePart[] {
    if (part.data !== null) return [{ inlineData: { mimeType: audioType(part.format), data: part.data } }];
    if (part.transcript !== null) return [{ text: part.transcript }];
    return this.#lost(message, part, { what: 'sound that another provider keeps', leavingOut: 'other-answer' });
  }

  /** `{ [name]: fields }`; extensions of the inner object stand under its name. */
  #wrapped(name: string, fields: WirePart, extensions: Extensions = {}): WirePart {
    const { [name]: inner, ...outer } = this.#extensions(extensions);
    return { [name]: { ...fields, ...(isRecord(inner) && inner) }, ...outer };
  }

  #extensions(extensions: Extensions = {}): Extensions {
    return this.options.own ? extensions : {};
  }

  #lost(message: Message, part: Part, { what, leavingOut }: { what: string; leavingOut: LeavingOut }): readonly [] {
    const path = pathOfPart(message, part);
    this.options.losses.add(path, `The target model does not take ${what} ('${path}').`, leavingOut);
    return [];
  }
}

interface Media {
  readonly url: string;
  readonly otherwise: string;
  readonly filename: string | null;
  readonly extensions: Extensions | undefined;
}

/** What a tool returned as an object is one here; a text stands under `output`, as Google's documentation has it. */
function responseOf(texts: readonly string[], isError: boolean): JsonRecord {
  const text = texts.join('\n');
  if (isError) return { error: text };
  const value = text.startsWith('{') ? parseJson(text) : null;
  return isRecord(value) ? value : { output: text };
}
