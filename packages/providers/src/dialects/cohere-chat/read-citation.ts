import type { Extensions } from '../../conversation.js';
import { isRecord, type JsonRecord } from '../../json.js';

/** What a citation speaks of; a plan and a thought are no text that clients could show it at. */
const OF_TEXT = 'TEXT_CONTENT';

export function isOfText(citation: JsonRecord): boolean {
  const { type } = citation;
  return typeof type !== 'string' || type === OF_TEXT;
}

/** With address and title where other dialects have them, for documents that come from the web. */
export function readCitation(citation: JsonRecord): Extensions {
  const sources = Array.isArray(citation['sources']) ? citation['sources'].filter(isRecord) : [];
  for (const source of sources) {
    const document = source['document'];
    const { url, title } = isRecord(document) ? document : {};
    if (typeof url === 'string') return { ...citation, url, ...(typeof title === 'string' && { title }) };
  }
  return citation;
}
