const BYTES_PER_FLOAT = 4;

/** The numbers as floats of 32 bits, lowest byte first, in base64: what OpenAI's SDKs ask for and decode. */
export function floatsToBase64(numbers: readonly number[]): string {
  const bytes = Buffer.allocUnsafe(numbers.length * BYTES_PER_FLOAT);
  for (const [i, number] of numbers.entries()) bytes.writeFloatLE(number, i * BYTES_PER_FLOAT);
  return bytes.toString('base64');
}

/** The numbers in the base64, each exactly; `null` when it is not base64 of finite floats, which JSON could not say. */
export function base64ToFloats(base64: string): number[] | null {
  if (!isBase64(base64)) return null;
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length % BYTES_PER_FLOAT !== 0) return null;
  const numbers: number[] = [];
  for (let at = 0; at < bytes.length; at += BYTES_PER_FLOAT) {
    const number = bytes.readFloatLE(at);
    if (!Number.isFinite(number)) return null;
    numbers.push(number);
  }
  return numbers;
}

/** Node decodes what it can of anything; this wants all of it to be base64. */
export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}
