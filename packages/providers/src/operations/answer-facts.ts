import { readErrorInside } from '../dialects/openai-chat/read-error.js';
import { isRecord, type JsonRecord, parseJson } from '../json.js';
import type { AnswerFacts } from '../passthrough/stream-forwarder.js';
import { TopLevelScanner } from '../passthrough/top-level-scanner.js';
import type { ReadUsage } from '../reported-usage.js';

/** Up to here parsing everything is the cheaper way. */
const SMALL_BODY_BYTES = 2048;

/**
 * Reads the small top-level values of an answer whose bulk (`bulk`: vectors, pictures) is not looked into beyond its first
 * byte. An answer that is unusual in any way is parsed as a whole.
 */
export class LongAnswerReader {
  readonly #scanner: TopLevelScanner;
  readonly #names: readonly string[];

  constructor(
    private readonly bulk: string,
    small: readonly string[],
  ) {
    this.#names = [bulk, ...small];
    this.#scanner = new TopLevelScanner(this.#names);
  }

  /** The document; its bulk is an empty array where it was left unread. `null` when the bytes are no JSON object. */
  read(body: Buffer): JsonRecord | null {
    if (body.length > SMALL_BODY_BYTES && this.#scanner.scan(body, 0, body.length) === null) {
      const small = this.#small(body);
      if (small !== null) return small;
    }
    const document = parseJson(body.toString());
    return isRecord(document) ? document : null;
  }

  #small(body: Buffer): JsonRecord | null {
    const start = this.#scanner.start;
    const document: Record<string, unknown> = {};
    for (const [slot, name] of this.#names.entries()) {
      const from = start[slot] as number;
      if (from < 0) {
        if (name === this.bulk) return null;
        continue;
      }
      if (name === this.bulk) {
        if (body[from] !== 91) return null;
        document[name] = [];
      } else {
        document[name] = parseJson(body.toString('utf8', from, this.#scanner.end[slot]));
        if (document[name] === undefined) return null;
      }
    }
    return document;
  }
}

/** Facts of an answer in JSON: valid when `isAnswer`, unless it hides an error. */
export function factsOf(
  document: JsonRecord | null,
  isAnswer: boolean,
  { usage, serviceTier = null }: { readonly usage: ReadUsage | null; readonly serviceTier?: string | null },
): AnswerFacts {
  const error = document?.['error'] ?? null;
  const failed = error !== null;
  const model = document?.['model'];
  return {
    valid: isAnswer && !failed,
    usage: failed || isAnswer ? usage : null,
    servedModel: typeof model === 'string' && model !== '' ? model : null,
    serviceTier,
    error: failed ? readErrorInside({ error }) : null,
    deliveredCharacters: 0,
  };
}
