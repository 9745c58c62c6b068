import type { Extensions, Part } from '../../conversation.js';
import { isRecord, type JsonRecord } from '../../json.js';

/** Citations of pages found by a search, as OpenAI annotates them; those of the client's own documents have no form here. */
export function annotationsOf(parts: readonly Part[]): readonly JsonRecord[] {
  const annotations: JsonRecord[] = [];
  let start = 0;
  for (const part of parts) {
    if (part.kind !== 'text') continue;
    const end = start + part.text.length;
    const citations: unknown = part.extensions?.['citations'];
    for (const citation of Array.isArray(citations) ? (citations as unknown[]) : []) {
      const annotation = isRecord(citation) ? urlCitation(citation, start, end) : null;
      if (annotation !== null) annotations.push(annotation);
    }
    start = end;
  }
  return annotations;
}

/** `start` and `end` are where the part stands in the text as a whole; some citations say which stretch of it they mean. */
export function urlCitation(citation: Extensions, start: number, end: number): JsonRecord | null {
  const { url, title, start_index: from, end_index: to } = citation;
  if (typeof url !== 'string') return null;
  const named = typeof title === 'string' ? title : url;
  const startIndex = typeof from === 'number' ? start + from : start;
  const endIndex = typeof to === 'number' ? start + to : end;
  return { type: 'url_citation', url_citation: { url, title: named, start_index: startIndex, end_index: endIndex } };
}
