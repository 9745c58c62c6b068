import { REROUTING_FIELDS } from '../passthrough/request-fields.js';
import { invalidRequest, type RequestProblem } from '../request-problem.js';

const REROUTING: ReadonlySet<string> = new Set(REROUTING_FIELDS);
/** What decides which model is asked, and for how much. */
const DECIDING: ReadonlySet<string> = new Set(['model', 'n', 'quality', 'size', 'stream', 'partial_images']);

/**
 * What is wrong with the names of a form's fields. Those that are not known here go on to the provider, so that none of them may
 * let another model answer, as in documents, or be read there as one that was checked here: there are servers that do not
 * tell letter cases apart, and such that take `model[]` for `model`.
 */
export function fieldNamesProblem(fields: readonly (readonly [string, string])[]): RequestProblem | null {
  for (const [name] of fields) {
    const plain = name.replace(/\[[^\]]*\]?$/, '').toLowerCase();
    const shown = name.slice(0, 60);
    if (REROUTING.has(plain)) {
      const message = `'${shown}' would let another model answer than the one in 'model'; it is not supported.`;
      return { code: 'caller_unsupported_parameter', message, param: shown };
    }
    if (DECIDING.has(plain) && name !== plain) {
      return invalidRequest(`The field '${shown}' must be written '${plain}'.`, shown);
    }
  }
  return null;
}
