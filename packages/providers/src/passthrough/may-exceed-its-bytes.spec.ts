import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { mayExceedItsBytes } from './may-exceed-its-bytes.js';

const check = (body: string): boolean => {
  const bytes = Buffer.from(body);
  return mayExceedItsBytes(Buffer.concat([Buffer.from('"file"'), bytes, Buffer.from('"file"')]), 6, 6 + bytes.length);
};
const request = (...content: readonly unknown[]): object => ({ model: 'm', messages: [{ role: 'user', content }] });

const NAMES = ['image_url', 'video_url', 'audio_url', 'document_url', 'input_audio', 'audio', 'video', 'file'];
const hasName = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, field]) => NAMES.includes(key) || hasName(field));
};

/** JSON as any encoder may write it: each character as it is or escaped, with any white space. */
const written = (value: unknown, escapes: (character: string) => boolean, space: string): string => {
  const write = (part: unknown): string => {
    if (typeof part === 'string') return `"${Array.from(part, (c) => writeCharacter(c, escapes)).join('')}"`;
    if (Array.isArray(part)) return `[${part.map(write).join(`${space},${space}`)}]`;
    if (typeof part !== 'object' || part === null) return JSON.stringify(part);
    const members = Object.entries(part).map(([key, field]) => `${write(key)}${space}:${space}${write(field)}`);
    return `{${space}${members.join(`,${space}`)}}`;
  };
  return write(value);
};
const writeCharacter = (character: string, escapes: (character: string) => boolean): string => {
  if (!escapes(character)) return JSON.stringify(character).slice(1, -1);
  const units = Array.from({ length: character.length }, (_, i) => character.charCodeAt(i));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
};

describe('parts with more tokens than bytes', () => {
  test.each([
    ['an image', { type: 'image_url', image_url: { url: 'https://x/y' } }],
    ['an image in a short form', { image_url: 'https://x/y' }],
    ['a film', { type: 'video_url', video_url: { url: 'https://x/y' } }],
    ['a film of pictures', { type: 'video', video: ['https://x/y'] }],
    ['a document', { type: 'document_url', document_url: 'https://x/y' }],
    ['a file by its id', { type: 'file', file: { file_id: 'f' } }],
    ['a compressed file', { type: 'file', file: { file_data: 'data:application/pdf;base64,AA' } }],
    ['a file by its id alone', { type: 'file', file_id: 'f' }],
    ['sound', { type: 'input_audio', input_audio: { data: 'AA', format: 'mp3' } }],
  ])('%s', (_name, part) => {
    const body = request({ type: 'text', text: 'Look' }, part);
    expect(check(JSON.stringify(body))).toBe(true);
    expect(check(JSON.stringify(body, null, 2))).toBe(true);
    for (const hidden of 'aeflmoru_') expect(check(written(body, (c) => c === hidden, ' '))).toBe(true);
  });

  test('the sound of an earlier answer', () => {
    expect(check('{"messages":[{"role":"assistant","audio" : {"id":"a"}}]}')).toBe(true);
    expect(check('{"messages":[{"role":"assistant","\\u0061udio":{"id":"a"}}]}')).toBe(true);
    expect(check('{"messages":[{"role":"assistant","audi\\u006F":{"id":"a"}}]}')).toBe(true);
    expect(check('{"messages":[{"role":"user","content":[{"image\\u005Furl":"x"}]}]}')).toBe(true);
  });

  test('a body that makes the search slow counts as one', () => {
    expect(check(JSON.stringify(Array(100).fill('read_file')))).toBe(true);
  });
});

describe('text', () => {
  test.each([
    ['about such parts', 'Send "image_url", "file" and "audio" as {"type":"file"} – a video, a file, an audio file.'],
    ['of other scripts', 'Größe, naïve, Ωμέγα, 日本語, 😀'],
    ['of control characters', 'a\u0000b\u001b[0m\u009f'],
    ['of markup', '<a href="x">&amp;</a>'],
  ])('%s is not beyond its bytes', (_name, text) => {
    const body = { model: 'm', messages: [{ role: 'user', content: text }] };
    const foreign = (c: string): boolean => c < ' ' || c > '~' || c === '<' || c === '>' || c === '&';
    expect(check(JSON.stringify(body))).toBe(false);
    expect(check(written(body, foreign, ' '))).toBe(false);
  });

  test('tools that read files are not', () => {
    const tool = (name: string): object => ({
      type: 'function',
      function: { name, parameters: { type: 'object', properties: { file_path: {}, base_url: {}, audio_id: {} } } },
    });
    expect(check(JSON.stringify({ ...request(), tools: ['read_file', 'write_file', 'studio'].map(tool) }))).toBe(false);
  });
});

test('nothing that a parser finds is missed, and plain text is not suspected', () => {
  const word = fc.oneof(fc.constantFrom(...NAMES), fc.constantFrom('text', 'type', 'file_path', 'é'), fc.string());
  const { document } = fc.letrec<{ document: unknown }>((tie) => ({
    document: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      word,
      fc.array(tie('document'), { maxLength: 4 }),
      fc.dictionary(word, tie('document'), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(document, fc.string(), fc.constantFrom('', ' ', '\n\t'), (value, escaped, space) => {
      const text = written(value, (c) => c > '~' || escaped.includes(c), space);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      if (hasName(JSON.parse(text))) expect(check(text)).toBe(true);
      const names = NAMES.some((name) => JSON.stringify(value).includes(`${name}"`));
      if (!names && !/\\u00[5-7]/.test(text)) expect(check(text)).toBe(false);
    }),
    { numRuns: 3000 },
  );
});
