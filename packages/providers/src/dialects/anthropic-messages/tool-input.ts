import { isRecord, type JsonRecord, parseJson } from '../../json.js';

/** The input of a call as the object that it has to be here. What is none is kept as text, under `input`. */
export function toolInput(input: string, custom: boolean): JsonRecord {
  if (custom) return { input };
  if (input.trim() === '') return {};
  const value = parseJson(input);
  return isRecord(value) ? value : { input };
}
