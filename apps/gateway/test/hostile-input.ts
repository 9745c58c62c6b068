import fc from 'fast-check';
import { gzipSync } from 'node:zlib';

/** A request that is right, before it is spoilt. */
export interface SoundRequest {
  readonly name: string;
  readonly method: string;
  /** Path segments as they are, decoded. */
  readonly segments: readonly string[];
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** What is done to a sound request; small and printable, so that a failure can be read and repeated. */
export interface Spoiling {
  readonly target: number;
  readonly value: keyof typeof VALUES;
  readonly part: 'segment' | 'query' | 'body' | 'header' | 'encoding';
  /** Which segment, parameter or field; taken modulo their number. */
  readonly place: number;
  readonly encoding: keyof typeof ENCODINGS;
  readonly header: keyof typeof HEADERS;
}

const nested = (open: string, close: string, depth: number): string => open.repeat(depth) + close.repeat(depth);

/** JSON texts that some reader, some column or some loop may not bear. */
const VALUES = {
  null: 'null',
  true: 'true',
  zero: '0',
  'minus one': '-1',
  'minus zero': '-0',
  fraction: '0.1',
  'beyond exact': '9007199254740993',
  'thirty digits': '123456789012345678901234567890',
  infinite: '1e400',
  tiny: '1e-400',
  'no text': '""',
  blank: '"   "',
  nul: '"a\\u0000b"',
  'lone surrogate': '"a\\ud800b"',
  'surrogates in disorder': '"\\udfff\\ud800"',
  'line breaks': '"a\\r\\nx-injected: 1"',
  'right to left': '"\\u202etxt.exe"',
  emoji: `"${'🧾'.repeat(300)}"`,
  'other digits': '"١٢٣"',
  sql: `"'; DROP TABLE organization; --"`,
  'sql in quotes': '"\\" OR 1=1; --"',
  format: '"%s%n%x${7*7}{{7*7}}"',
  traversal: '"../../../../etc/passwd"',
  markup: '"<script>alert(1)</script>"',
  'long text': `"${'x'.repeat(100_000)}"`,
  'a megabyte': `"${'y'.repeat(1_000_000)}"`,
  'no list': '[]',
  'list of null': '[null]',
  'long list': `[${'1,'.repeat(20_000)}1]`,
  'list of lists': nested('[', ']', 5_000),
  'no object': '{}',
  'deep object': `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`,
  prototype: '{"__proto__":{"admin":true}}',
  constructor: '{"constructor":{"prototype":{"admin":true}}}',
  'inherited names': '{"toString":1,"hasOwnProperty":2,"then":3}',
  'many keys': `{${Array.from({ length: 5_000 }, (_, index) => `"k${index}":${index}`).join(',')}}`,
  'unknown id': '"org_00000000000000000000000000"',
  'id beyond its range': '"org_7zzzzzzzzzzzzzzzzzzzzzzzzz"',
  'unknown request': '"req_00000000000000000000000000"',
  'no such day': '"2026-02-31T25:61:61Z"',
  'last year of all': '"9999-12-31T23:59:59.999999999Z"',
  'first year of all': '"0000-01-01T00:00:00Z"',
  'not a number': '"NaN"',
  hexadecimal: '"0x10"',
  exponent: '"1e308"',
  'many digits': `"${'9'.repeat(400)}"`,
  star: '"*"',
  pattern: `"${'*a'.repeat(500)}"`,
  cursor: `"${Buffer.from('["-createdAt","\\u0000"]').toString('base64url')}"`,
} as const;

const LONG_HEADER = 'h'.repeat(8_000);

/** Headers that are added, or that replace what was there. */
const HEADERS = {
  none: [],
  'no credentials': [['authorization', '']],
  'wrong scheme': [['authorization', 'Digest x']],
  'long credentials': [['authorization', `Bearer tgm_${LONG_HEADER}`]],
  'credentials in bytes': [['authorization', 'Bearer tgm_\u00ff\u00fe']],
  'long key': [['x-api-key', `tg_${LONG_HEADER}`]],
  'key in bytes': [['x-api-key', 'tg_\u00ff\u00fe']],
  'two keys': [
    ['x-api-key', 'tg_of_somebody_else'],
    ['authorization', 'Bearer tg_of_nobody'],
  ],
  'betas in bytes': [['anthropic-beta', '\u00ff, \u00fe,,;']],
  'long betas': [['anthropic-beta', LONG_HEADER]],
  'dialect that is none': [['anthropic-version', '\u00ff'.repeat(300)]],
  'foreign origin': [
    ['origin', 'https://evil.example'],
    ['sec-fetch-site', 'cross-site'],
  ],
  'cookies that are none': [['cookie', '=;;; a=b=c; __Host-=%zz; console.session_token=x.y']],
  'long cookie': [['cookie', `console.session_token=${LONG_HEADER}`]],
  'version that is none': [['if-match', 'W/"\u00ff", *']],
  'version beyond exact': [['if-match', '"999999999"']],
  'idempotency in bytes': [['idempotency-key', '\u00ff\u00fe\u0080']],
  'long idempotency': [['idempotency-key', LONG_HEADER]],
  'accepts nothing': [
    ['accept', 'x/y;q=nan'],
    ['accept-encoding', 'identity;q=0, *;q=0'],
  ],
  'expects something': [['expect', '100-continue']],
  'expects the impossible': [['expect', '200-ok']],
  forwarded: [
    ['x-forwarded-for', `1.1.1.1, ${'2'.repeat(3_000)}`],
    ['forwarded', 'for="_x;";;'],
    ['x-forwarded-host', '\u00ff'],
  ],
  'another method': [['x-http-method-override', 'DELETE']],
  upgrade: [
    ['connection', 'close, upgrade'],
    ['upgrade', 'h2c'],
  ],
  'many headers': Array.from({ length: 150 }, (_, index) => [`x-flood-${index}`, 'y']),
  'too many headers': Array.from({ length: 900 }, (_, index) => [`x-flood-${index}`, 'y'.repeat(20)]),
} as const satisfies Record<string, readonly (readonly [string, string] | readonly string[])[]>;

interface Encoded {
  readonly bytes: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const plain = (text: string, headers: Record<string, string> = JSON_TYPE): Encoded => ({
  bytes: Buffer.from(text),
  headers,
});

/** How a body leaves: as it should, or not. */
const ENCODINGS = {
  sound: (text: string) => plain(text),
  truncated: (text: string) => plain(text.slice(0, -Math.ceil(text.length / 3))),
  doubled: (text: string) => plain(text + text),
  'with something behind': (text: string) => plain(`${text}\u0000`),
  'with a mark in front': (text: string) => plain(`\ufeff${text}`),
  'every key twice': (text: string) => plain(text.replace(/^\{(.*)\}$/s, '{$1,$1}')),
  'as a list': (text: string) => plain(`[${text}]`),
  'with bytes of no text': (text: string) => ({
    bytes: Buffer.concat([
      Buffer.from(text.slice(0, 9)),
      Buffer.of(0xff, 0xc0, 0x80, 0xed, 0xa0),
      Buffer.from(text.slice(9)),
    ]),
    headers: JSON_TYPE,
  }),
  'in another alphabet': (text: string) => ({
    bytes: Buffer.from(text, 'utf16le'),
    headers: { 'content-type': 'application/json; charset=utf-16' },
  }),
  'said to be compressed': (text: string) => plain(text, { ...JSON_TYPE, 'content-encoding': 'gzip' }),
  compressed: (text: string) => ({ bytes: gzipSync(text), headers: { ...JSON_TYPE, 'content-encoding': 'gzip' } }),
  'as a form': (text: string) => plain(text, { 'content-type': 'application/x-www-form-urlencoded' }),
  'in parts': (text: string) => plain(text, { 'content-type': 'multipart/form-data; boundary=x' }),
  'of no type': (text: string) => plain(text, {}),
  'of a type that is none': (text: string) => plain(text, { 'content-type': ';;;=/' }),
} as const;

export function spoilings(targets: number): fc.Arbitrary<Spoiling> {
  const key = <T extends object>(table: T): fc.Arbitrary<keyof T> =>
    fc.constantFrom(...(Object.keys(table) as (keyof T)[]));
  return fc.record({
    target: fc.nat(targets - 1),
    value: key(VALUES),
    part: fc.constantFrom('segment', 'query', 'body', 'body', 'body', 'header', 'encoding'),
    place: fc.nat(1_000),
    encoding: key(ENCODINGS),
    header: key(HEADERS),
  });
}

/** The bytes of the request as it should be. */
export function asItIs(sound: SoundRequest): Buffer {
  return spoil(sound, { target: 0, value: 'null', part: 'header', place: 0, encoding: 'sound', header: 'none' });
}

/** The bytes of the spoilt request. Its connection is not used again. */
export function spoil(sound: SoundRequest, spoiling: Spoiling): Buffer {
  const { part, place } = spoiling;
  const value = VALUES[spoiling.value];
  const text = asText(value);
  const query = part === 'query' ? spoiltQuery(sound.query, place, text) : sound.query;
  const segments =
    part === 'segment'
      ? sound.segments.map((segment, index) => (index === place % sound.segments.length ? text : segment))
      : sound.segments;
  const json = part === 'body' ? spoiltJson(sound.body, place, value) : JSON.stringify(sound.body ?? {});
  const encoded = ENCODINGS[part === 'encoding' ? spoiling.encoding : 'sound'](json);
  const hasBody = sound.body !== undefined || part === 'body' || part === 'encoding';
  const headers: Record<string, string> = {
    host: 'localhost',
    ...sound.headers,
    ...(hasBody ? { ...encoded.headers, 'content-length': String(encoded.bytes.length) } : {}),
    connection: 'close',
    ...(part === 'header' ? Object.fromEntries(HEADERS[spoiling.header]) : {}),
  };
  const search = Object.entries(query)
    .map(([name, each]) => `${name}=${each}`)
    .join('&');
  const url = `/${segments.map(urlEncoded).join('/')}${search === '' ? '' : `?${search}`}`;
  const head = [
    `${sound.method} ${url} HTTP/1.1`,
    ...Object.entries(headers).map(([name, each]) => `${name}: ${each}`),
  ];
  return Buffer.concat([
    Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'),
    hasBody ? encoded.bytes : Buffer.alloc(0),
  ]);
}

const MAX_URL_PIECE = 2_000;

/** A lone surrogate has no encoding: it goes as the bytes that somebody would make of it. */
function urlEncoded(segment: string): string {
  return encodeURIComponent(segment.slice(0, MAX_URL_PIECE).toWellFormed()).replaceAll('%EF%BF%BD', '%ED%A0%80');
}

function asText(json: string): string {
  const value: unknown = JSON.parse(json);
  return typeof value === 'string' ? value : json;
}

function spoiltQuery(query: Readonly<Record<string, string>>, place: number, text: string): Record<string, string> {
  const names = [...Object.keys(query), 'limit', 'cursor', 'sort', 'organizationId', 'unknown', '__proto__', 'limit[]'];
  const name = names[place % names.length] ?? 'limit';
  // twice the same parameter is a list to some readers
  return { ...query, [name]: place % 5 === 0 ? `${urlEncoded(text)}&${name}=2` : urlEncoded(text) };
}

const MARK = '\u0001spoilt\u0001';

/** The body with the value in the place of one of its fields, at any depth, or of itself. */
function spoiltJson(body: unknown, place: number, value: string): string {
  const paths = pathsOf(body);
  const path = paths[place % paths.length] ?? [];
  const marked = JSON.stringify(withMark(body, path));
  return marked.replace(JSON.stringify(MARK), () => value);
}

type Path = readonly (string | number)[];

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, each]) => pathsOf(each, [...path, key]))];
}

function withMark(value: unknown, [key, ...rest]: Path): unknown {
  if (key === undefined) return MARK;
  if (Array.isArray(value))
    return value.map((each: unknown, index) => (String(index) === key ? withMark(each, rest) : each));
  const fields = value as Record<string, unknown>;
  return { ...fields, [key]: withMark(fields[key], rest) };
}
