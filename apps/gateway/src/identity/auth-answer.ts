/**
 * What the library answers, without the tokens of sessions: they are in the cookie, which scripts cannot read.
 * @param text JSON.
 */
export function withoutTokens(text: string): string {
  if (!text.includes('"token"')) return text;
  const answer: unknown = JSON.parse(text);
  return JSON.stringify(answer, (name, value: unknown) => (name === 'token' ? undefined : value));
}
