/** A JSON object of which nothing is known yet. */
export type JsonRecord = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** More levels than any honest document has, and few enough for functions that call themselves, `JSON.stringify` too. */
const MAX_DEPTH = 512;

/** The value of a JSON text, or `undefined` when it is none or is nested deeper than can be worked with. */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    // a text shorter than its brackets would be cannot be that deep
    return text.length > 2 * MAX_DEPTH && isDeeperThan(value, MAX_DEPTH) ? undefined : value;
  } catch {
    return undefined;
  }
}

/** Whether a parsed value holds objects and arrays inside one another on more than so many levels. */
function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) return value.some((item) => isDeeperThan(item, levels - 1));
  for (const name in value) if (isDeeperThan((value as JsonRecord)[name], levels - 1)) return true;
  return false;
}

/** What of a record says something: fields that are `null`, missing, or objects without fields say nothing. */
export function withoutEmpty(record: JsonRecord): JsonRecord {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => !isEmpty(value)));
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return isRecord(value) && Object.keys(value).length === 0;
}
