import { describe, expect, test } from '@jest/globals';

import { readRecord, skimRecord } from './journal-records.js';

const REQUEST = '01a2038c-39f9-7850-bcc0-d8cab1bea949';
const HEAD = `"requestId":"${REQUEST}","occurredAt":1795354918000,"gatewayId":"gw_1","endpoint":"chat-completions","surface":"openai-chat","organizationId":"org_1"`;

describe('skimming a record', () => {
  test('finds the same as reading it', () => {
    const event = `{"kind":"event","part":0,"revision":2,${HEAD},"endUser":"\\"organizationId\\":\\"org_2\\""}`;
    expect(skimRecord(event)).toEqual(readRecord(event));
    const intent = `{"kind":"intent",${HEAD}}`;
    expect(skimRecord(intent)).toEqual({ kind: 'intent', requestId: REQUEST });
  });

  test('falls back to reading where the order is another one', () => {
    const event = JSON.stringify({ organizationId: 'org_1', revision: 0, part: 0, requestId: REQUEST, kind: 'event' });
    expect(skimRecord(event)).toEqual(readRecord(event));
    expect(skimRecord('{"kind":"event"}')).toBeNull();
    expect(skimRecord('nonsense')).toBeNull();
  });
});
