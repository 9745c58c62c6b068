import { createServer, request as sendRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { type RequestBody, RequestBodyReader } from './request-body.js';

const MAX_BYTES = 600_000;

/** Real requests over a real connection: how bodies fall into pieces is the kernel's business. */
describe('reading bodies', () => {
  let server: Server;
  let reader: RequestBodyReader;
  let read: (body: RequestBody | null) => void;

  beforeAll(async () => {
    server = createServer((request, response) => {
      reader.read(request, (body) => {
        read(body);
        response.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  beforeEach(() => {
    reader = new RequestBodyReader(MAX_BYTES);
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  /** Sends the pieces, each on its own; a length is declared when it is given. */
  function post(pieces: readonly Buffer[], length: number | null): Promise<RequestBody | null> {
    return new Promise((resolve) => {
      read = resolve;
      const request = sendRequest({
        port: (server.address() as AddressInfo).port,
        method: 'POST',
        headers: length === null ? { 'transfer-encoding': 'chunked' } : { 'content-length': length },
      });
      request.on('error', () => undefined);
      request.on('response', (response) => response.resume());
      void (async () => {
        for (const piece of pieces) {
          if (piece.length > 0) request.write(piece);
          await new Promise((next) => setImmediate(next));
        }
        request.end();
      })();
    });
  }

  const bytesOf = (body: RequestBody | null): Buffer | undefined => body?.memory.subarray(body.start, body.end);

  test('in any pieces, with a length and without, they arrive as they were sent, with room in front', async () => {
    const bodies = fc.array(fc.uint8Array({ maxLength: 40_000 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(bodies, fc.boolean(), async (arrays, declared) => {
        const pieces = arrays.map((array) => Buffer.from(array));
        const whole = Buffer.concat(pieces);
        const body = await post(pieces, declared ? whole.length : null);
        expect(bytesOf(body)?.equals(whole)).toBe(true);
        expect(body?.start).toBeGreaterThanOrEqual(256);
      }),
      { numRuns: 60 },
    );
  });

  test('the largest is read, and one byte more is not, however it is sent', async () => {
    const largest = Buffer.alloc(MAX_BYTES, 'x');
    const larger = Buffer.alloc(MAX_BYTES + 1, 'x');
    const halves = (body: Buffer): Buffer[] => [body.subarray(0, MAX_BYTES / 2), body.subarray(MAX_BYTES / 2)];
    expect(bytesOf(await post(halves(largest), largest.length))?.equals(largest)).toBe(true);
    expect(bytesOf(await post(halves(largest), null))?.equals(largest)).toBe(true);
    expect(await post(halves(larger), larger.length)).toBeNull();
    expect(await post(halves(larger), null)).toBeNull();
  });

  test('a body that grows out of its memory is moved, not cut', async () => {
    const piece = Buffer.alloc(50_000, 'abcdefg');
    const body = await post(Array<Buffer>(10).fill(piece), null);
    expect(bytesOf(body)?.equals(Buffer.concat(Array<Buffer>(10).fill(piece)))).toBe(true);
  });

  test('released memory is used again, and only then', async () => {
    const first = await post([Buffer.from('first')], null);
    const second = await post([Buffer.from('second')], null);
    expect(second?.memory).not.toBe(first?.memory);
    if (first !== null) reader.release(first);
    const third = await post([Buffer.from('third')], null);
    expect(third?.memory).toBe(first?.memory);
    expect(bytesOf(third)?.toString()).toBe('third');
    expect(bytesOf(second)?.toString()).toBe('second');
  });
});
