import { hash } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';

const PIXELS = 64;
const SAMPLES_PER_SECOND = 8_000;
const SECONDS_PER_CHARACTER = 0.05;
const MAX_SECONDS = 30;
const PITCH_HERTZ = 440;

/** A square in a colour that follows from the text, as PNG. Source of the format: www.w3.org/TR/png. */
export function simulatedPicture(text: string): Buffer {
  const [red, green, blue] = hash('sha256', text, 'buffer');
  const row = Buffer.concat([Buffer.of(0), Buffer.alloc(PIXELS * 3, Buffer.of(red ?? 0, green ?? 0, blue ?? 0))]);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(PIXELS, 0);
  header.writeUInt32BE(PIXELS, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const rows = deflateSync(Buffer.concat(Array.from({ length: PIXELS }, () => row)));
  const signature = Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

/** A tone as long as it would take to read the text, as WAVE. */
export function simulatedSpeech(text: string): Buffer {
  const seconds = Math.min(Math.max(text.length, 1) * SECONDS_PER_CHARACTER, MAX_SECONDS);
  const samples = Math.ceil(seconds * SAMPLES_PER_SECOND);
  const sound = Buffer.alloc(44 + samples * 2);
  sound.write('RIFF', 0);
  sound.writeUInt32LE(36 + samples * 2, 4);
  sound.write('WAVEfmt ', 8);
  sound.writeUInt32LE(16, 16);
  sound.writeUInt16LE(1, 20);
  sound.writeUInt16LE(1, 22);
  sound.writeUInt32LE(SAMPLES_PER_SECOND, 24);
  sound.writeUInt32LE(SAMPLES_PER_SECOND * 2, 28);
  sound.writeUInt16LE(2, 32);
  sound.writeUInt16LE(16, 34);
  sound.write('data', 36);
  sound.writeUInt32LE(samples * 2, 40);
  for (let i = 0; i < samples; i++) {
    sound.writeInt16LE(Math.round(8_000 * Math.sin((2 * Math.PI * PITCH_HERTZ * i) / SAMPLES_PER_SECOND)), 44 + i * 2);
  }
  return sound;
}

const DIMENSIONS = 256;

/** Texts that share words lie near one another: each word adds to a few places that follow from it. Of length 1. */
export function simulatedVector(text: string, dimensions = DIMENSIONS): number[] {
  const vector = new Array<number>(dimensions).fill(0);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? ['']) {
    const digest = hash('sha256', word, 'buffer');
    for (let i = 0; i < 16; i += 2) {
      const place = digest.readUInt16BE(i) % dimensions;
      vector[place] = (vector[place] ?? 0) + ((digest[16 + i] ?? 0) % 2 === 0 ? 1 : -1);
    }
  }
  const length = Math.hypot(...vector) || 1;
  // as floats of 32 bits, in which they travel
  return vector.map((value) => Math.fround(value / length));
}

/** How near two texts are to one another, from 0 to 1. */
export function simulatedNearness(a: string, b: string): number {
  const [left, right] = [simulatedVector(a), simulatedVector(b)];
  const cosine = left.reduce((sum, value, i) => sum + value * (right[i] ?? 0), 0);
  return Math.round(Math.max(0, Math.min(1, cosine)) * 1_000_000) / 1_000_000;
}
