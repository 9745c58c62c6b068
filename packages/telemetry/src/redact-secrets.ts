const REDACTED = '[redacted]';

/**
 * Fields whose whole value goes, whatever it looks like. Names are compared without their dashes and underscores, so
 * that `x-api-key`, `x_api_key` and `xApiKey` are one.
 */
const SECRET_FIELDS = [
  'authorization',
  'proxyauthorization',
  'cookie',
  'setcookie',
  'xapikey',
  'apikey',
  'xgoogapikey',
  'password',
  'secret',
  'clientsecret',
  'accesstoken',
  'refreshtoken',
  'masterkey',
];
const FIELD_NAME = SECRET_FIELDS.map((name) => [...name].join('[-_]?')).join('|');

/** In a JSON line, and in JSON that a message quotes, where quotation marks are escaped. */
const SECRET_FIELD = new RegExp(
  String.raw`("(?:${FIELD_NAME})"\s*:\s*)(?:"(?:[^"\\]|\\.)*"|\[[^\]]*\]|\{"type":"Buffer"[^}]*\})`,
  'gi',
);
const QUOTED_SECRET_FIELD = new RegExp(String.raw`(\\+"(?:${FIELD_NAME})\\+"\s*:\s*\\+")[^"\\]*(?=\\+")`, 'gi');

/** Short prefixes only count where a word begins; in JSON an escape such as `\n` may stand before it. */
const WORD_BEGINS = String.raw`(?<![A-Za-z0-9](?<!\\[nrtbf])(?<!\\u[0-9a-f]{4}))`;
/** What secrets look like anywhere in a text: ours, then providers', then what a header or a URL carries. */
const SECRET_SHAPES = [
  /(tg[ms]?_)[A-Za-z0-9]{8,}/g,
  new RegExp(`${WORD_BEGINS}(sk-|gsk_|xai-|hf_|pplx-|AIza|AKIA)[A-Za-z0-9_-]{8,}`, 'g'),
  /\b((?:Bearer|Basic)\s+)[A-Za-z0-9._~+/=-]{4,}/gi,
  /(:\/\/[^\s/:@"\\]*:)[^\s/@"\\]+(?=@)/g,
];

/** The text, a log line or any other, without the secrets in it. A line of JSON stays valid JSON. */
export function redactSecrets(text: string): string {
  let redacted = text.replace(SECRET_FIELD, `$1"${REDACTED}"`).replace(QUOTED_SECRET_FIELD, `$1${REDACTED}`);
  for (const shape of SECRET_SHAPES) redacted = redacted.replace(shape, `$1${REDACTED}`);
  return redacted;
}
