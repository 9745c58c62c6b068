import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

import { expect, test } from '@jest/globals';
import type { StreamForwarder } from '@tollgate/providers';
import type { Dispatcher } from 'undici';

import { Attempt } from './attempt.js';
import type { AttemptOptions } from './attempt-options.js';
import type { AttemptEnd } from './attempt-end.js';
import { AttemptClock } from './attempt-clock.js';

const PLAIN_BYTES = 8 * 1024 * 1024;

/** Reads nothing until it is told to. */
class SlowClient extends EventEmitter {
  taken = 0;
}

test('of a compressed stream no more is decoded than its client reads', async () => {
  const client = new SlowClient();
  const clock = new AttemptClock();
  const delivery = { blocked: false, committed: true, write: () => undefined, commit: () => undefined };
  let blocks = true;
  const forwarder = {
    committed: true,
    done: false,
    error: null,
    push: (chunk: Buffer) => {
      client.taken += chunk.length;
      delivery.blocked = blocks;
    },
    end: () => ({ complete: true, usage: null, error: null }),
  } as unknown as StreamForwarder;
  const ends: AttemptEnd[] = [];
  const defects: unknown[] = [];
  const attempt = new Attempt({
    exchange: { elapsedMs: () => 0, response: client, attempts: [], firstTokenMs: null, streamType: null },
    candidate: { target: {}, health: { begin: () => ({}) } },
    crossing: { forwarder: () => forwarder },
    delivery,
    firstByteTimeoutMs: 60_000,
    idleTimeoutMs: 60_000,
    totalTimeoutMs: 60_000,
    clock,
    onCommit: () => undefined,
    onEnd: (_attempt: Attempt, end: AttemptEnd) => void ends.push(end),
    onDefect: (error: unknown) => void defects.push(error),
  } as unknown as AttemptOptions);
  const calls: string[] = [];
  const controller = {
    pause: () => void calls.push('pause'),
    resume: () => void calls.push('resume'),
    abort: () => void calls.push('abort'),
  } as unknown as Dispatcher.DispatchController;
  attempt.onRequestStart(controller);
  attempt.onResponseStart(controller, 200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' });
  attempt.onResponseData(controller, gzipSync(Buffer.alloc(PLAIN_BYTES, 'd')));
  attempt.onResponseEnd();
  await sleep(100);
  expect(client.taken).toBeGreaterThan(0);
  expect(client.taken).toBeLessThan(PLAIN_BYTES / 8);
  // the upstream is left alone, whatever the decoder has room for
  expect(calls.at(-1)).toBe('pause');
  blocks = false;
  client.emit('drain');
  for (let i = 0; i < 100 && ends.length === 0; i++) await sleep(20);
  expect(client.taken).toBe(PLAIN_BYTES);
  expect(ends).toMatchObject([{ kind: 'stream' }]);
  expect(defects).toEqual([]);
});
