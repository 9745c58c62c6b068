import type { ServerResponse } from 'node:http';

import { expect, jest, test } from '@jest/globals';
import { JsonArrayFraming } from '@tollgate/providers';

import { StreamDelivery } from './stream-delivery.js';

test('an array begins with its bracket, also where another deployment answers in the end', () => {
  const sent: Buffer[] = [];
  const response = { headersSent: true, write: (bytes: Buffer) => sent.push(bytes) > 0 } as unknown as ServerResponse;
  const framing = new JsonArrayFraming();
  const delivery = new StreamDelivery(response, { heartbeat: Buffer.from(': wait\n\n'), framing }, () => undefined);
  delivery.write(Buffer.from('data: {"first":1}\n\n'));
  delivery.discardHeld();
  delivery.write(Buffer.from('data: {"second":2}\n\n'));
  delivery.commit();
  delivery.write(Buffer.from('data: {"second":3}\n\n'));
  delivery.stopHeartbeat();
  expect(JSON.parse(Buffer.concat([...sent, framing.end()]).toString())).toEqual([{ second: 2 }, { second: 3 }]);
});

test('one that has nothing to say while it waits leaves no clock behind', () => {
  jest.useFakeTimers();
  try {
    const response = { headersSent: true, write: () => true } as unknown as ServerResponse;
    // the delivery of a hedge that loses: nobody commits it, and nobody stops it
    new StreamDelivery(response, { heartbeat: Buffer.alloc(0), framing: null }, () => undefined);
    expect(jest.getTimerCount()).toBe(0);
  } finally {
    jest.useRealTimers();
  }
});
