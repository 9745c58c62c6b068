import type { FieldRule } from '../passthrough/request-fields.js';
import { FieldTable, requiredString, REROUTING_RULES } from '../passthrough/request-fields.js';
import type { ScannedRequest } from '../passthrough/scanned-request.js';
import { endUserOf, tagsOf, TopLevelReader } from '../passthrough/top-level-fields.js';
import { invalidRequest, isRequestProblem, type RequestProblem } from '../request-problem.js';

const NO_OPTIONS: ScannedRequest['otherStreamOptions'] = {};
const METADATA: FieldRule = { kinds: ['object'] };

type Scan = (memory: Buffer, start: number, end: number) => ScannedRequest | RequestProblem;

/** Makes the scanner of an operation: its own fields, and those that all operations have under the same name. */
export function operationScanner(
  own: Readonly<Record<string, FieldRule>>,
  check: (request: ScannedRequest) => RequestProblem | null = () => null,
): Scan {
  const names = { n: { kinds: ['number'], min: 1, max: 128, whole: true }, user: { kinds: ['string'] } } as const;
  const table = new FieldTable({
    ...names,
    safety_identifier: { kinds: ['string'] },
    stream: { kinds: ['boolean'] },
    metadata: METADATA,
    ...own,
    model: requiredString,
    ...REROUTING_RULES,
  });
  const reader = new TopLevelReader(table);
  const required = Object.keys(own).filter((name) => own[name]?.required === true);
  return (memory, start, end) => {
    const fields = reader.read(memory, start, end);
    if (isRequestProblem(fields)) return fields;
    const model = fields.model();
    const metadata = fields.metadata();
    const span = fields.span('model');
    const scanned: ScannedRequest = {
      model,
      stream: fields.isTrue('stream'),
      includeUsage: true,
      maxOutputTokens: null,
      maxOutputField: null,
      n: fields.number('n') ?? 1,
      endUser: endUserOf(fields.endUser('user') ?? fields.endUser('safety_identifier'), metadata),
      tags: tagsOf(metadata),
      serviceTier: null,
      // another model's vectors are no vectors of this one
      furtherModels: [],
      reroutes: fields.reroutes(),
      spans: { model: span, stream_options: null, caps: {}, behind: span?.end ?? 0, capPlace: null },
      otherStreamOptions: NO_OPTIONS,
    };
    const missing = required.find((name) => !fields.isGiven(name as never));
    if (fields.problem !== null) return fields.problem;
    if (missing !== undefined) return invalidRequest(`Missing required parameter: '${missing}'.`, missing);
    return check(scanned) ?? scanned;
  };
}
