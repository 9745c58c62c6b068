/** What validation tells of a fault, as far as a message is made of it. */
export interface Fault {
  readonly code?: string | undefined;
  readonly message: string;
  readonly origin?: string | undefined;
  readonly minimum?: number | bigint;
  readonly maximum?: number | bigint;
  readonly expected?: string | undefined;
  readonly values?: readonly unknown[];
}

/** The library's own sentences; ours, which fields bring themselves, begin otherwise. */
const LIBRARY = /^(?:Too (?:big|small)|Invalid (?:input|option))/;

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};

/** What has to change, in words that people who do not know the library understand. */
export function faultMessage(fault: Fault): string {
  const { code, message } = fault;
  if (!LIBRARY.test(message)) return message;
  switch (code) {
    case 'too_big':
      return `must ${verbOf(fault)} at most ${String(fault.maximum)}${unitOf(fault)}`;
    case 'too_small':
      return `must ${verbOf(fault)} at least ${String(fault.minimum)}${unitOf(fault)}`;
    case 'invalid_value':
      return `must be ${(fault.values ?? []).map((value) => JSON.stringify(value)).join(' or ')}`;
    case 'invalid_type':
      return `must be ${KINDS[fault.expected ?? ''] ?? fault.expected ?? 'something else'}`;
    default:
      return message;
  }
}

const verbOf = ({ origin }: Fault): string => (origin === 'string' || origin === 'array' ? 'have' : 'be');

function unitOf({ origin }: Fault): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' ? ' entries' : '';
}
