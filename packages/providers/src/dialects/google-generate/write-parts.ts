import type { Part } from '../../conversation.js';
import type { DialectId } from '../../dialect-id.js';
import type { JsonRecord } from '../../json.js';
import { surelyToolCallId } from '../../tool-call-ids.js';
import { toolInput } from '../anthropic-messages/tool-input.js';
import { audioType, inlineMedia, typeOfAddress } from './media-types.js';
import { carriedByCalls } from './sealed-thoughts.js';

const DIALECT = 'google-generate';

/**
 * Parts of an answer as Google writes them. A proof stands on the part that it is of.
 *
 * @param home the dialect of the answer: thoughts of another one's are carried by its calls.
 */
export function writeParts(parts: readonly Part[], home: DialectId): readonly JsonRecord[] {
  return writeOwnParts(home === DIALECT ? parts : carriedByCalls(parts, home));
}

/** Parts whose proofs are Google's own, or sealed. */
export function writeOwnParts(parts: readonly Part[]): readonly JsonRecord[] {
  const written: JsonRecord[] = [];
  let signature: string | null = null;
  for (const part of parts) {
    if (part.kind === 'reasoning' && part.text === '') {
      if (part.signature !== null) {
        if (signature !== null) written.push({ text: '', thoughtSignature: signature });
        ({ signature } = part);
      }
      continue;
    }
    // the proof of a text came behind it
    if (signature !== null && part.kind !== 'tool-call' && part.kind !== 'image' && part.kind !== 'audio') {
      written.push({ text: '', thoughtSignature: signature });
      signature = null;
    }
    const wire = writePart(part);
    if (wire === null) continue;
    written.push(signature === null ? wire : { ...wire, thoughtSignature: signature });
    signature = null;
  }
  return signature === null ? written : [...written, { text: '', thoughtSignature: signature }];
}

function writePart(part: Part): JsonRecord | null {
  switch (part.kind) {
    case 'text':
    case 'refusal':
      return { text: part.text };
    case 'reasoning': {
      const proof = part.signature !== null ? { thoughtSignature: part.signature } : {};
      return { text: part.text, thought: true, ...proof };
    }
    case 'tool-call': {
      const { id, name, input, custom } = part;
      return { functionCall: { id: surelyToolCallId(id), name, args: toolInput(input, custom) } };
    }
    case 'image':
      return part.url === null ? null : writeImage(part.url);
    case 'audio':
      if (part.data !== null) return { inlineData: { mimeType: audioType(part.format), data: part.data } };
      return part.transcript === null ? null : { text: part.transcript };
    case 'opaque':
      return part.dialect === DIALECT ? part.wire : null;
    case 'file':
    case 'tool-result':
    case 'cache-marker':
      return null;
  }
}

function writeImage(url: string): JsonRecord {
  const inline = inlineMedia(url);
  if (inline !== null) return { inlineData: inline };
  return { fileData: { mimeType: typeOfAddress(url, 'image/png'), fileUri: url } };
}
