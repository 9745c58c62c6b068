import { isRecord, parseJson } from '../json.js';
import { mayHideLetters } from './may-exceed-its-bytes.js';

const KIND = 'advisor_';
const MARK = Buffer.from(KIND);

/** Whether the tools of a request of the Messages API bring in a model of their own, which the model may ask for advice. */
export function bringsAdvisor(tools: Buffer): boolean {
  if (tools.indexOf(MARK) < 0 && !mayHideLetters(tools)) return false;
  const list = parseJson(tools.toString());
  // what is nested too deeply for us may be read elsewhere
  return !Array.isArray(list) || (list as readonly unknown[]).some(isAdvisor);
}

function isAdvisor(tool: unknown): boolean {
  return isRecord(tool) && typeof tool['type'] === 'string' && tool['type'].startsWith(KIND);
}
