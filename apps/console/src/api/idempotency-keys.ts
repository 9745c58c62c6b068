/** One key for what is sent again unchanged after a failure, another for what was changed before. */
export function keyFor(keys: Map<string, string>, fields: object): string {
  const content = JSON.stringify(fields);
  const key = keys.get(content) ?? randomKey();
  keys.set(content, key);
  return key;
}

// randomUUID is missing where the console is served without TLS
const randomKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('-');
