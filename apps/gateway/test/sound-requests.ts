import { API_PREFIX } from '@tollgate/wire';

import type { WorldApi } from './admin/admin-api.js';
import { createOperatorWorld, createOrganizationWorld } from './admin/admin-world.js';
import { callOf, documentedOperations } from './admin/documented-operations.js';
import type { SoundRequest } from './hostile-input.js';
import type { RunningProduct } from './running-product.js';

/** Each operation of the document twice: as the operator sends it, and as an organization does. */
export async function soundManagementRequests(product: RunningProduct, api: WorldApi): Promise<SoundRequest[]> {
  const operator = await createOperatorWorld(api);
  const world = await createOrganizationWorld(api, 'fuzzed');
  return documentedOperations().flatMap((operation) =>
    [product.managementToken, world.token].map((token) => {
      const { params = {}, query = {}, body, ifMatch } = callOf(operation, world, operator);
      const route = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '');
      return {
        name: operation.id,
        method: operation.method,
        segments: `${API_PREFIX}${route}`.slice(1).split('/'),
        query: Object.fromEntries(Object.entries(query).map(([name, value]) => [name, encodeURIComponent(value)])),
        headers: {
          authorization: `Bearer ${token}`,
          'idempotency-key': 'fuzz',
          ...(ifMatch === undefined ? {} : { 'if-match': `"${ifMatch}"` }),
        },
        body,
      };
    }),
  );
}

export function soundInferenceRequests(product: RunningProduct): SoundRequest[] {
  const headers = { authorization: `Bearer ${product.apiKey}` };
  const chat = {
    model: 'sandbox/echo',
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: [{ type: 'text', text: 'What is a toll?' }] },
    ],
    stream: true,
    stream_options: { include_usage: true },
    max_tokens: 20,
    temperature: 0.5,
    stop: ['END'],
    user: 'visitor',
    metadata: { ticket: '7' },
    tools: [{ type: 'function', function: { name: 'weigh', parameters: { type: 'object', properties: {} } } }],
    response_format: { type: 'text' },
  };
  const request = (method: string, path: string, body?: unknown): SoundRequest => {
    return { name: `${method} ${path}`, method, segments: path.split('/'), query: {}, headers, body };
  };
  return ['v1', 'openai/v1'].flatMap((prefix) => [
    request('POST', `${prefix}/chat/completions`, chat),
    request('POST', `${prefix}/chat/completions`, { ...chat, stream: false, stream_options: undefined }),
    request('GET', `${prefix}/models`),
    request('GET', `${prefix}/models/sandbox/echo`),
    request('GET', `${prefix}/key`),
    request('GET', `${prefix}/requests/req_01jd0000000000000000000000`),
    request('DELETE', `${prefix}/chat/completions`, chat),
    request('POST', `${prefix}/embeddings`, { model: 'sandbox/echo', input: 'x' }),
  ]);
}

/** What clients of Anthropic's send, below both of their prefixes. */
export function soundMessagesRequests(product: RunningProduct, model: string): SoundRequest[] {
  const headers = { 'x-api-key': product.apiKey, 'anthropic-version': '2023-06-01' };
  const counted = {
    model,
    system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'What is a toll?' }] },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'Let me see.' },
          { type: 'tool_use', id: 'toolu_1', name: 'weigh', input: { what: 'a toll' } },
        ],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'heavy', is_error: false }] },
    ],
    tools: [{ name: 'weigh', description: 'Weighs.', input_schema: { type: 'object', properties: {} } }],
    tool_choice: { type: 'auto', disable_parallel_tool_use: true },
  };
  const message = {
    ...counted,
    max_tokens: 2_000,
    temperature: 0.5,
    stop_sequences: ['END'],
    metadata: { user_id: 'visitor' },
    stream: true,
  };
  const request = (method: string, path: string, body?: unknown): SoundRequest => {
    return { name: `${method} ${path}`, method, segments: path.split('/'), query: {}, headers, body };
  };
  return ['v1', 'anthropic/v1'].flatMap((prefix) => [
    request('POST', `${prefix}/messages`, message),
    request('POST', `${prefix}/messages`, { ...message, stream: false }),
    request('POST', `${prefix}/messages/count_tokens`, counted),
    request('DELETE', `${prefix}/messages`, message),
    request('GET', `${prefix}/models`),
    request('GET', `${prefix}/models/${model}`),
    request('POST', `${prefix}/messages/batches`, { requests: [] }),
  ]);
}

/** What is neither: health, sign-in, the console's files, and what only looks like one of them. */
export function otherSoundRequests(): SoundRequest[] {
  const request = (method: string, path: string, body?: unknown): SoundRequest => {
    return { name: `${method} /${path}`, method, segments: path.split('/'), query: {}, headers: {}, body };
  };
  return [
    request('GET', 'health/live'),
    request('GET', 'health/ready'),
    request('GET', 'metrics'),
    request('GET', ''),
    request('GET', 'setup'),
    request('GET', 'assets/index.js'),
    request('GET', 'api/v1/openapi.json'),
    request('GET', 'api/v2/organizations'),
    request('POST', 'api/auth/sign-in/email', { email: 'ada@example.com', password: 'not the password' }),
    request('POST', 'api/auth/sign-out', {}),
    request('GET', 'api/auth/get-session'),
    request('PUT', 'v1', {}),
  ];
}
