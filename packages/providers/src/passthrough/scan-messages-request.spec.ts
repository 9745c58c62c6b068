import { describe, expect, test } from '@jest/globals';

import { isRequestProblem } from '../request-problem.js';
import { messagesMayExceedTheirBytes } from './may-exceed-its-bytes.js';
import { messagesSearchesBound } from './messages-searches.js';
import { scanCountTokensRequest, scanMessagesRequest } from './scan-messages-request.js';

const REQUEST = { model: 'claude-x', max_tokens: 100, messages: [{ role: 'user', content: 'hi' }] };

function read<T>(reader: (memory: Buffer, start: number, end: number) => T, body: string | object): T {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return reader(Buffer.concat([Buffer.from('###'), bytes, Buffer.from('###')]), 3, 3 + bytes.length);
}

const problemOf = (body: string | object, scan = scanMessagesRequest): string => {
  const result = read(scan, body);
  return isRequestProblem(result) ? `${result.code} ${result.param ?? '-'}` : 'accepted';
};

describe('a messages request', () => {
  test('is known by its top level', () => {
    const metadata = { user_id: 'ann', team: 'search' };
    expect(read(scanMessagesRequest, { ...REQUEST, stream: true, metadata, unheard_of: [{}] })).toMatchObject({
      model: 'claude-x',
      stream: true,
      maxOutputTokens: 100,
      endUser: 'ann',
      tags: ['team:search'],
    });
  });

  test('names what is missing or wrong', () => {
    expect(problemOf({ ...REQUEST, max_tokens: undefined })).toBe('caller_invalid_request max_tokens');
    expect(problemOf({ ...REQUEST, max_tokens: undefined }, scanCountTokensRequest)).toBe('accepted');
    expect(problemOf({ ...REQUEST, max_tokens: 0 })).toBe('caller_invalid_request max_tokens');
    expect(problemOf({ ...REQUEST, messages: [] })).toBe('caller_invalid_request messages');
    expect(problemOf({ ...REQUEST, temperature: 1.5 })).toBe('caller_invalid_request temperature');
    expect(problemOf(`{"model":"a","model":"b","max_tokens":1,"messages":[{}]}`)).toBe('caller_invalid_request model');
    expect(problemOf('[]')).toBe('caller_invalid_json -');
  });

  test.each([
    [{}, null],
    [{ service_tier: 'standard_only' }, 'standard_only'],
    [{ speed: 'fast' }, 'fast'],
    [{ inference_geo: 'us' }, 'us'],
    [{ speed: 'fast', inference_geo: 'us' }, 'fast-us'],
  ])('%j asks for the tier %s', (fields, serviceTier) => {
    expect(read(scanMessagesRequest, { ...REQUEST, ...fields })).toMatchObject({ serviceTier });
  });

  test('may have more tokens than bytes with pictures, documents and tools of the provider', () => {
    const image = { type: 'image', source: { type: 'url', url: 'https://a' } };
    expect(read(messagesMayExceedTheirBytes, { content: [image] })).toBe(true);
    expect(read(messagesMayExceedTheirBytes, { tools: [{ type: 'bash_20250124', name: 'bash' }] })).toBe(true);
    expect(read(messagesMayExceedTheirBytes, { mcp_servers: [] })).toBe(true);
    const tools = [{ name: 'read_file', input_schema: { type: 'object' } }];
    expect(read(messagesMayExceedTheirBytes, { ...REQUEST, tools, note: 'an \\"image\\" of 2026' })).toBe(false);
  });

  test('bounds its searches, or says that nothing does', () => {
    const search = (max_uses?: number): object => ({ type: 'web_search_20250305', name: 'web_search', max_uses });
    expect(read(messagesSearchesBound, REQUEST)).toBe(0);
    expect(read(messagesSearchesBound, { tools: [search(3), search(2)] })).toBe(5);
    expect(read(messagesSearchesBound, { tools: [search(3), search()] })).toBeNull();
    const hidden = JSON.stringify({ tools: [search()] }).replace('web_search_20', 'web\\u005fsearch_20');
    expect(read(messagesSearchesBound, hidden)).toBeNull();
    // deep enough that it is accepted here, and not read
    const deep = `${'['.repeat(512)}${']'.repeat(512)}`;
    const body = JSON.stringify({ ...REQUEST, tools: [search()], deep: 0 }).replace('"deep":0', `"deep":${deep}`);
    expect(problemOf(body)).toBe('accepted');
    expect(read(messagesSearchesBound, body)).toBeNull();
  });

  test('does not let a tool bring in another model', () => {
    const advisor = { type: 'advisor_20260301', name: 'advisor', model: 'claude-opus-5' };
    const body = JSON.stringify({ ...REQUEST, tools: [{ name: 'a', input_schema: {} }, advisor] });
    expect(read(scanMessagesRequest, body)).toMatchObject({ reroutes: 'tools' });
    expect(read(scanMessagesRequest, body.replace('advisor_', 'advi\\u0073or_'))).toMatchObject({ reroutes: 'tools' });
    const own = { name: 'advisor_2', description: 'cost \u00e9', input_schema: { type: 'object' } };
    expect(read(scanMessagesRequest, { ...REQUEST, tools: [own] })).toMatchObject({ reroutes: null });
  });

  test('does not go on with a conversation that the provider keeps', () => {
    const thread = { type: 'continue', previous_message_id: 'msg_1' };
    expect(problemOf({ ...REQUEST, thread })).toBe('caller_unsupported_parameter thread');
    expect(problemOf({ ...REQUEST, thread: null })).toBe('accepted');
  });
});
