import { isRecord, type JsonRecord } from '../../json.js';

/** Up to these generations a request that searched is billed once; later ones bill each query. */
const BILLED_ONCE = /(?:^|\/)gemini-(?:1|2)\b/;

/**
 * How many searches Google bills for an answer: each different query that is not empty, or one for the whole request where
 * the model is of an older generation (ai.google.dev/gemini-api/docs/pricing, "Grounding with Google Search").
 * @param queries of all candidates.
 */
export function billedSearches(queries: ReadonlySet<string>, model: string): number {
  return BILLED_ONCE.test(model) ? Math.min(1, queries.size) : queries.size;
}

/** Adds the searches that a candidate tells of. */
export function collectQueries(queries: Set<string>, candidate: JsonRecord): void {
  const grounding = candidate['groundingMetadata'];
  if (!isRecord(grounding)) return;
  for (const name of ['webSearchQueries', 'imageSearchQueries']) {
    const list = grounding[name];
    if (!Array.isArray(list)) continue;
    for (const query of list as readonly unknown[]) {
      if (typeof query === 'string' && query.trim() !== '') queries.add(query);
    }
  }
}

/** No honest answer rests on more; each costs a look through the text. */
const MAX_SUPPORTS = 256;
const MAX_CHUNKS_OF_SUPPORT = 32;

/** Pages that the text rests on, as OpenAI annotates them; Google counts positions in bytes of UTF-8. */
export function urlCitations(grounding: unknown, text: string): readonly JsonRecord[] {
  if (!isRecord(grounding)) return [];
  const chunks = listOf(grounding['groundingChunks']);
  const bytes = Buffer.from(text);
  const at = (byte: unknown): number =>
    typeof byte === 'number' && byte >= 0 ? bytes.toString('utf8', 0, Math.min(byte, bytes.length)).length : 0;
  return listOf(grounding['groundingSupports'])
    .slice(0, MAX_SUPPORTS)
    .flatMap((support) => {
      const segment = isRecord(support['segment']) ? support['segment'] : {};
      const [start, end] = [at(segment['startIndex']), at(segment['endIndex'])];
      return numbersOf(support['groundingChunkIndices'])
        .slice(0, MAX_CHUNKS_OF_SUPPORT)
        .flatMap((index) => {
          const web = chunks[index]?.['web'];
          if (!isRecord(web) || typeof web['uri'] !== 'string') return [];
          const title = typeof web['title'] === 'string' ? web['title'] : web['uri'];
          const citation = { url: web['uri'], title, start_index: start, end_index: end };
          return [{ type: 'url_citation', url_citation: citation }];
        });
    });
}

/** The reverse, for annotations of other dialects; `null` when none of them names a page. */
export function writeGrounding(annotations: readonly unknown[], text: string): JsonRecord | null {
  const groundingChunks: JsonRecord[] = [];
  const groundingSupports: JsonRecord[] = [];
  for (const annotation of annotations) {
    const cited = isRecord(annotation) ? annotation['url_citation'] : null;
    if (!isRecord(cited) || typeof cited['url'] !== 'string') continue;
    const { url, title, start_index: start, end_index: end } = cited;
    groundingChunks.push({ web: { uri: url, title: typeof title === 'string' ? title : url } });
    if (typeof start !== 'number' || typeof end !== 'number') continue;
    const said = text.slice(start, end);
    const startIndex = Buffer.byteLength(text.slice(0, start));
    const segment = { startIndex, endIndex: startIndex + Buffer.byteLength(said), text: said };
    groundingSupports.push({ segment, groundingChunkIndices: [groundingChunks.length - 1] });
  }
  return groundingChunks.length === 0 ? null : { groundingChunks, groundingSupports };
}

function listOf(value: unknown): readonly JsonRecord[] {
  return Array.isArray(value) ? value.map((item: unknown) => (isRecord(item) ? item : {})) : [];
}

function numbersOf(value: unknown): readonly number[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'number') : [];
}
