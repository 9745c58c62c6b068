export const MAX_SECRET_CHARACTERS = 8000;
/** Indented documents are longer than what is kept of them. */
const MAX_PASTED_CHARACTERS = 4 * MAX_SECRET_CHARACTERS;

/** A JSON document as it is pasted from a file, on one line and in ASCII; any other text as it is. */
export function onOneLine(pasted: string): string {
  if (!/^\s*\{/.test(pasted) || pasted.length > MAX_PASTED_CHARACTERS) return pasted;
  try {
    return JSON.stringify(JSON.parse(pasted)).replaceAll(/[^\x20-\x7e]/g, escaped);
  } catch {
    return pasted; // no JSON, or nested too deep
  }
}

export function isVisible(text: string): boolean {
  return /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(text);
}

/** Without the flag for whole characters, each half of a pair is escaped by itself, as JSON wants it. */
const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
