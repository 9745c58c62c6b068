import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type Server, request as httpRequest } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isRequestProblem, type RequestProblem } from '@tollgate/providers';

import { audioLength } from './audio-length.js';
import { type MultipartLimits, readMultipart, type ReceivedForm } from './read-multipart.js';
import { UploadedFile } from './uploaded-file.js';
import { writeMultipart } from './write-multipart.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

let folder: string;
let server: Server;
let origin: string;
let limits: MultipartLimits;
let received: (result: ReceivedForm | RequestProblem) => void;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uploads-'));
  limits = {
    maxFileBytes: 4_000_000,
    maxFiles: 2,
    maxFields: 8,
    maxFieldBytes: 1000,
    memoryBytes: 10_000,
    folder,
    idleMs: 300,
  };
  server = createServer((request, response) => {
    void readMultipart(request, limits).then((result) => {
      received(result);
      response.end('{}');
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

const arrival = (): Promise<ReceivedForm | RequestProblem> => new Promise((resolve) => (received = resolve));

async function send(form: FormData): Promise<ReceivedForm | RequestProblem> {
  const arrived = arrival();
  await fetch(origin, { method: 'POST', body: form }).catch(() => undefined);
  return arrived;
}

/** Sends raw bytes; with `leave` the connection is broken off after them. */
async function sendRaw(
  text: string,
  { type = 'multipart/form-data; boundary=b', leave = false } = {},
): Promise<unknown> {
  const arrived = arrival();
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
  const length = leave ? 1_000_000 : Buffer.byteLength(text);
  socket.write(`POST / HTTP/1.1\r\nhost: x\r\ncontent-type: ${type}\r\ncontent-length: ${length}\r\n\r\n${text}`);
  if (leave) setTimeout(() => socket.destroy(), 50);
  const result = await arrived;
  socket.destroy();
  return result;
}

function fileOf(bytes: number): File {
  const content = new Uint8Array(bytes);
  for (let i = 0; i < bytes; i++) content[i] = (i * 31) % 251;
  return new File([content], 'spoken "words".mp3', { type: 'audio/mpeg' });
}

function formOf(bytes: number): FormData {
  const form = new FormData();
  form.append('file', fileOf(bytes));
  form.append('model', 'whisper-1');
  form.append('timestamp_granularities[]', 'word');
  form.append('timestamp_granularities[]', 'segment');
  return form;
}

const partHead =
  '--b\r\ncontent-disposition: form-data; name="file"; filename="a.wav"\r\ncontent-type: audio/wav\r\n\r\n';

describe('a form that arrives', () => {
  test.each([0, 1, 9_999, 10_001, 3_000_000])('with a file of %i bytes is written anew, twice', async (bytes) => {
    const result = await send(formOf(bytes));
    if (isRequestProblem(result)) throw new Error(result.message);
    expect(result.fields).toEqual([
      ['model', 'whisper-1'],
      ['timestamp_granularities[]', 'word'],
      ['timestamp_granularities[]', 'segment'],
    ]);
    expect(result.files).toMatchObject([{ field: 'file', contentType: 'audio/mpeg', bytes, index: 0 }]);
    expect(result.uploads[0]?.inMemory).toBe(bytes <= limits.memoryBytes);
    expect(await readdir(folder)).toEqual([]); // it has no name there
    const [file] = result.files;
    if (file === undefined) throw new Error('no file');
    const body = writeMultipart(
      [
        { kind: 'field', name: 'model', value: 'other-ü' },
        { kind: 'file', name: 'file', file },
      ],
      result.uploads,
    );
    for (let attempt = 0; attempt < 2; attempt++) {
      const sent = await buffer(body.read());
      expect(sent.length).toBe(body.contentLength);
      const form = await new Response(sent, { headers: { 'content-type': body.contentType } }).formData();
      expect(form.get('model')).toBe('other-ü');
      const again = form.get('file') as File;
      expect(again.type).toBe('audio/mpeg');
      expect(Buffer.from(await again.arrayBuffer()).equals(Buffer.from(await fileOf(bytes).arrayBuffer()))).toBe(true);
    }
    await result.dispose();
  });

  test('a name cannot break out of its header', async () => {
    const file = { field: 'file', filename: 'a"\r\nx: y', contentType: 'a/b\r\nz: w', bytes: 0, index: 0 };
    const body = writeMultipart([{ kind: 'file', name: 'n"\r\n', file }], [new UploadedFile(folder, 10)]);
    const text = (await buffer(body.read())).toString();
    expect(text).toContain(
      'name="n%22%0D%0A"; filename="a%22%0D%0Ax: y"\r\nContent-Type: application/octet-stream\r\n',
    );
  });
});

describe('a form that is refused', () => {
  test.each([
    ['too large a file', () => send(formOf(4_000_001)), 'caller_body_too_large'],
    [
      'a field that is too large',
      () => {
        const form = formOf(5);
        form.append('prompt', 'x'.repeat(1001));
        return send(form);
      },
      'caller_body_too_large',
    ],
    [
      'too many files',
      () => {
        const form = formOf(5);
        for (let i = 0; i < 2; i++) form.append('file', fileOf(5));
        return send(form);
      },
      'caller_invalid_request',
    ],
    [
      'too many fields',
      () => {
        const form = formOf(5);
        for (let i = 0; i < 9; i++) form.append('x', 'y');
        return send(form);
      },
      'caller_invalid_request',
    ],
    ['no boundary', () => sendRaw('x', { type: 'multipart/form-data' }), 'caller_invalid_request'],
    ['another type', () => sendRaw('{}', { type: 'application/json' }), 'caller_unsupported_media_type'],
    ['no part at all', () => sendRaw('nothing of the kind'), 'caller_invalid_request'],
    ['a cut file', () => sendRaw(`${partHead}${'x'.repeat(20_000)}`), 'caller_invalid_request'],
    [
      'a client that leaves',
      () => sendRaw(`${partHead}${'x'.repeat(20_000)}`, { leave: true }),
      'caller_invalid_request',
    ],
  ])('%s', async (_name, run, code) => {
    expect(await run()).toMatchObject({ code });
    expect(await readdir(folder)).toEqual([]);
  });

  test('a client that stops sending', async () => {
    const arrived = arrival();
    const request = httpRequest(origin, {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=b', 'content-length': 100_000 },
    });
    request.on('error', () => undefined);
    request.write(`${partHead}${'x'.repeat(20_000)}`);
    expect(await arrived).toMatchObject({ code: 'caller_body_too_slow' });
    request.destroy();
  });

  test('a disk that refuses is the fault of the gateway', async () => {
    const before = limits;
    limits = { ...limits, folder: join(folder, 'absent') };
    expect(await send(formOf(20_000))).toMatchObject({ code: 'gateway_internal' });
    limits = before;
  });
});

test('a large upload stays out of memory', async () => {
  const before = limits;
  limits = { ...limits, maxFileBytes: 200_000_000, idleMs: 5000 };
  const arrived = arrival();
  const piece = Buffer.alloc(1_000_000, 7);
  const request = httpRequest(origin, {
    method: 'POST',
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
  });
  const ended = once(request, 'response');
  const start = process.memoryUsage();
  let most = 0;
  request.write(partHead);
  for (let i = 0; i < 100; i++) {
    if (!request.write(piece)) await once(request, 'drain');
    if (i % 10 !== 9) continue;
    collect(); // what nobody holds any more does not count
    const { arrayBuffers } = process.memoryUsage();
    most = Math.max(most, arrayBuffers - start.arrayBuffers);
  }
  request.end('\r\n--b\r\ncontent-disposition: form-data; name="model"\r\n\r\nm\r\n--b--\r\n');
  const result = await arrived;
  await ended;
  limits = before;
  if (isRequestProblem(result)) throw new Error(result.message);
  expect(result.files[0]?.bytes).toBe(100_000_000);
  expect(result.fields).toEqual([['model', 'm']]);
  process.stderr.write(`100 MB uploaded with at most ${Math.round(most / 1e6)} MB of buffers\n`);
  expect(most).toBeLessThan(50_000_000);
  await result.dispose();
}, 60_000);

function wave(seconds: number, declaredBytes?: number): Buffer {
  const data = Buffer.alloc(seconds * 32_000);
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + data.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(16_000, 24);
  head.writeUInt32LE(32_000, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(declaredBytes ?? data.length, 40);
  return Buffer.concat([head, data]);
}

describe('the length of audio', () => {
  async function lengthOf(bytes: Buffer, type = 'audio/wav', name = 'a.wav'): Promise<unknown> {
    const file = new UploadedFile(folder, 10_000);
    await file.append(bytes);
    const length = await audioLength(file, type, name);
    await file.dispose();
    return length;
  }

  test('is read from its header', async () => {
    expect(await lengthOf(wave(3))).toEqual({ milliseconds: 3000, measured: true });
  });

  test('of a streamed file is told by its bytes', async () => {
    expect(await lengthOf(wave(3, 0xffff_ffff))).toEqual({ measured: true, milliseconds: 3000 });
  });

  test('of anything else is bounded', async () => {
    expect(await lengthOf(Buffer.alloc(75_000, 'x'))).toEqual({ milliseconds: 100_000, measured: false });
    expect(await lengthOf(Buffer.alloc(0))).toEqual({ milliseconds: 0, measured: false });
  });

  test('of MPEG audio with a constant bitrate', async () => {
    // MPEG-1 layer III, 128 kbit/s, 44.1 kHz: frames of 417 bytes and 1,152 samples
    const frame = Buffer.alloc(417);
    frame.writeUInt32BE(0xff_fb_90_00, 0);
    const length = (await lengthOf(Buffer.concat(Array<Buffer>(200).fill(frame)), 'audio/mpeg', 'a.mp3')) as {
      milliseconds: number;
    };
    expect(Math.abs(length.milliseconds - (200 * 1152) / 44.1)).toBeLessThan(60);
  });
});
