import { describe, expect, test } from '@jest/globals';

import { readRecord, type ReadRecord, type SkimmedRecord, skimRecord } from './journal-records.js';

const REQUEST = '01a2038c-39f9-7850-bcc0-d8cab1bea949';
const HEAD = `"requestId":"${REQUEST}","occurredAt":1795354918000,"gatewayId":"gw_1","endpoint":"chat-completions","surface":"openai-chat","organizationId":"org_1"`;

const skim = (text: string): SkimmedRecord | null => skimRecord(Buffer.from(text));
const read = (text: string): ReadRecord | null => readRecord(Buffer.from(text));

describe('skimming a record', () => {
  test('finds the same as reading it', () => {
    const event = `{"kind":"event","part":0,"revision":0,${HEAD},"endUser":"\\"organizationId\\":\\"org_2\\""}`;
    expect(skim(event)).toEqual(read(event));
    const intent = `{"kind":"intent",${HEAD}}`;
    expect(skim(intent)).toEqual({ kind: 'intent', requestId: REQUEST });
  });

  test('finds the same where a name in the head is not plain, or the head is long', () => {
    for (const organizationId of ['örg', 'org\\u00e9', 'org\\"', 'o'.repeat(400)]) {
      const event = `{"kind":"event","part":0,"revision":0,${HEAD.replace('org_1', organizationId)}}`;
      expect(skim(event)).toEqual(read(event));
      expect(skim(event)).toMatchObject({ event: { organizationId: JSON.parse(`"${organizationId}"`) as string } });
    }
  });

  test('falls back to reading where the order is another one', () => {
    const event = JSON.stringify({ organizationId: 'org_1', revision: 0, part: 0, requestId: REQUEST, kind: 'event' });
    expect(skim(event)).toEqual(read(event));
    expect(skim('{"kind":"event"}')).toBeNull();
    expect(skim('nonsense')).toBeNull();
  });
});
