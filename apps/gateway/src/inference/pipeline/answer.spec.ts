import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';

import { expect, test } from '@jest/globals';
import { HealthRegistry } from '@tollgate/routing';
import { scanChatRequest } from '@tollgate/providers';
import type { Dispatcher } from 'undici';

import { Answerer, type AnswererParts } from './answer.js';
import { AttemptClock } from './dispatch/attempt-clock.js';
import { failureFacts } from './dispatch/upstream-failure.js';
import { Exchange } from './exchange.js';
import type { Ending } from './recording/ending.js';
import type { Candidate, Route } from './routing/route.js';

const registry = new HealthRegistry({ clock: () => 0 });

/** A deployment whose provider bills on when its client has left, and that fails at once. */
function failing(deploymentId: string): Candidate {
  const dispatch = (_options: unknown, handler: Dispatcher.DispatchHandler): boolean => {
    const controller = { abort: () => undefined, pause: () => undefined, resume: () => undefined };
    handler.onRequestStart?.(controller as unknown as Dispatcher.DispatchController, {});
    handler.onResponseStart?.(controller as unknown as Dispatcher.DispatchController, 500, {});
    handler.onResponseEnd?.(controller as unknown as Dispatcher.DispatchController, {});
    return true;
  };
  return {
    dialect: 'openai-chat',
    provider: { authentication: 'none', searchesPerRequest: () => 0, billsAfterDisconnect: () => 'continues' },
    health: registry.targetOf({ deploymentId, upstreamModel: 'm', credentialId: 'c', credentialVersion: 1 }),
    target: { deploymentId, provider: 'openai', upstreamModel: 'm' },
    targetModel: { outputCapField: 'max_tokens' },
    paths: { whole: '/', streamed: '/' },
    rewrite: null,
    sheet: { dearestFirst: new Map() },
    upstream: { dispatcher: { dispatch }, origin: 'http://upstream', authorizer: null, headers: [] },
    readError: () => failureFacts('provider_failed', 'no'),
  } as unknown as Candidate;
}

test('a client that leaves before the next deployment is asked is not charged for what that would have read', async () => {
  const surface = { kind: 'conversation', dialect: 'openai-chat', requestHeaders: () => [] };
  const response = new EventEmitter() as unknown as ServerResponse;
  const exchange = new Exchange({} as IncomingMessage, response, { surface, address: null } as never);
  const memory = Buffer.from('{"model":"m","messages":[{"role":"user","content":"Hi"}]}');
  const [first, second] = [failing('first'), failing('second')];
  const contenders = [first, second].map((candidate) => ({ candidate }));
  exchange.body = { memory, start: 0, end: memory.length };
  exchange.scanned = scanChatRequest(memory, 0, memory.length) as Exchange['scanned'];
  exchange.candidate = first;
  exchange.inputTokensBound = 4_000;
  exchange.order = contenders as unknown as Exchange['order'];
  exchange.route = { contenders, definition: { hedgeAfterMs: null }, shadow: null, fallbacks: {} } as unknown as Route;
  const ended = new Promise<Ending>((resolve) => {
    const recorder = {
      // it leaves while the intent is on its way to the disk
      intend: (_exchange: Exchange, written: () => void) => {
        exchange.clientGone = true;
        written();
      },
      record: (_exchange: Exchange, ending: Ending) => resolve(ending),
      recordWaste: () => undefined,
    };
    const limits = {
      firstTokenTimeoutMs: 1_000,
      idleTimeoutMs: 1_000,
      totalTimeoutMs: 1_000,
      clock: new AttemptClock(),
    };
    const guard = { run: (_exchange: Exchange, step: () => void) => step() };
    const router = { explain: () => undefined };
    const parts = { recorder, guard, limits, router, failures: { note: () => undefined } };
    new Answerer(parts as unknown as AnswererParts).begin(exchange);
  });
  expect(await ended).toMatchObject({ outcome: 'client_left_before_first_token', usage: {}, usageSource: 'none' });
  expect(exchange.attempts).toHaveLength(1);
});
