import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { publicRequestId } from '@tollgate/domain';
import OpenAI from 'openai';

import { completeMessage, failMessageAfter, refuseMessage } from './fake-anthropic.js';
import { failWith, type Script } from './fake-openai.js';
import { converse, openAiRefusals } from './openai-conversation.js';
import { until } from './running-product.js';
import { MODELS, TwoProviders } from './two-providers.js';

const MIXED = { 'anthropic first': 'mixed-a', 'openai first': 'mixed-o' } as const;
/** A model that thinks within a budget: it takes no loop of tools up again without the thoughts that began it. */
const BUDGETED = 'claude-haiku-4-5';
const SAID = 'You said: Say it.. ☂ 世界';
const MESSAGES = [{ role: 'user' as const, content: 'Say it.' }];
/** After this a gateway whose provider says nothing has sent a sign of life. */
const LATE_MS = 11_000;
const OVERLOADED = { type: 'overloaded_error', message: 'Overloaded' };

const late =
  (script: Script): Script =>
  async (request, response) => {
    await new Promise((resolve) => setTimeout(resolve, LATE_MS));
    return script(request, response);
  };

/** What goes wrong where two dialects meet. */
describe('faults between dialects', () => {
  let two: TwoProviders;

  beforeAll(async () => {
    two = await TwoProviders.start();
    const { rows } = await two.product.pool.query<{ id: string; provider: string }>(
      `SELECT id, provider FROM provider_credential WHERE provider IN ('openai', 'anthropic')`,
    );
    const deploy = (provider: string, model: string, fields: object): Promise<unknown> => {
      const providerCredentialId = rows.find((row) => row.provider === provider)?.id;
      return two.product.manage('POST', '/deployments', { providerCredentialId, model, ...fields });
    };
    const [a, o] = [MODELS.anthropic, MODELS.openai];
    await deploy('anthropic', MIXED['anthropic first'], { upstreamModel: a, priority: 1 });
    await deploy('openai', MIXED['anthropic first'], { upstreamModel: o, priority: 2 });
    await deploy('openai', MIXED['openai first'], { upstreamModel: o, priority: 1 });
    await deploy('anthropic', MIXED['openai first'], { upstreamModel: a, priority: 2 });
    await deploy('anthropic', BUDGETED, { upstreamModel: BUDGETED });
    const headers = { authorization: `Bearer ${two.product.apiKey}` };
    await until(
      async () => (await fetch(`${two.product.baseUrl}/models/${BUDGETED}`, { headers })).ok,
      () => 'the deployments do not arrive at the gateway',
    );
  }, 90_000);

  afterAll(() => two.stop());

  const openai = (): OpenAI => new OpenAI({ apiKey: two.product.apiKey, baseURL: two.product.baseUrl, maxRetries: 0 });
  const anthropic = (): Anthropic =>
    new Anthropic({ apiKey: two.product.apiKey, baseURL: two.product.origin, maxRetries: 0 });

  /** @returns what was said, and the request's id. */
  async function ask(surface: 'openai' | 'anthropic', model: string, stream: boolean): Promise<[string, string]> {
    if (surface === 'openai') {
      const params = { model, messages: MESSAGES };
      if (!stream) {
        const { data, response } = await openai().chat.completions.create(params).withResponse();
        return [data.choices[0]?.message.content ?? '', response.headers.get('x-request-id') ?? ''];
      }
      const { data, response } = await openai()
        .chat.completions.create({ ...params, stream: true })
        .withResponse();
      let text = '';
      for await (const chunk of data) text += chunk.choices[0]?.delta.content ?? '';
      return [text, response.headers.get('x-request-id') ?? ''];
    }
    const params = { model, messages: MESSAGES, max_tokens: 500 };
    if (stream) {
      const running = anthropic().messages.stream(params);
      return [await running.finalText(), running.request_id ?? ''];
    }
    const { data, response } = await anthropic().messages.create(params).withResponse();
    const text = data.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('');
    return [text, response.headers.get('request-id') ?? ''];
  }

  /** One event, with both attempts in it, charged by the one that answered. */
  async function expectBothAttempts(requestId: string, [first, second]: readonly [string, string]): Promise<void> {
    const booked = await two.product.booked(requestId);
    expect(booked).toMatchObject({ outcome: 'success', usage_source: 'reported' });
    expect(booked['attempts']).toMatchObject([{ provider: first }, { provider: second }]);
    const usage = booked['usage'] as Readonly<Record<string, number>>;
    expect(usage['input_cache_read']).toBe(second === 'openai' ? 1_024 : 2_000);
    expect(await two.product.manage('GET', `/requests/${requestId}`)).toMatchObject({
      upstreamDialect: second === 'openai' ? 'openai-chat' : 'anthropic-messages',
    });
    const { rows } = await two.product.pool.query<{ id: string }>(
      'SELECT request_id AS id FROM usage_event WHERE part = 0',
    );
    expect(rows.filter(({ id }) => publicRequestId(id) === requestId)).toHaveLength(1);
  }

  /** One that fails ever again is asked no more: what it fails here is little among what it answers. */
  async function recover(surface: 'openai' | 'anthropic', model: string): Promise<void> {
    for (let i = 0; i < 3; i++) await ask(surface, model, false);
  }

  const failures = {
    anthropic: [
      refuseMessage(529, OVERLOADED),
      refuseMessage(500, { type: 'api_error', message: 'Internal server error' }),
      failMessageAfter(2, OVERLOADED),
    ],
    openai: [
      failWith(500, { message: 'The server had an error.', type: 'server_error', code: null }),
      failWith(503, { message: 'Overloaded', type: 'server_error', code: null }),
    ],
  } as const;

  test.each(['openai', 'anthropic'] as const)(
    'another provider answers a client of %s when the first fails before its first token',
    async (surface) => {
      for (const stream of [false, true]) {
        for (const failure of failures.anthropic.slice(0, stream ? 3 : 2)) {
          two.anthropic.script(failure);
          const [text, id] = await ask(surface, MIXED['anthropic first'], stream);
          expect([stream, text]).toEqual([stream, SAID]);
          await expectBothAttempts(id, ['anthropic', 'openai']);
          await recover(surface, MIXED['anthropic first']);
        }
        for (const failure of failures.openai) {
          two.openai.script(failure);
          const [text, id] = await ask(surface, MIXED['openai first'], stream);
          expect([stream, text]).toEqual([stream, SAID]);
          await expectBothAttempts(id, ['openai', 'anthropic']);
          await recover(surface, MIXED['openai first']);
        }
      }
      expect([two.anthropic.refusals, openAiRefusals]).toEqual([[], []]);
    },
    60_000,
  );

  test('a provider that answers nothing for long is no silence, and what fails then is told in the client’s shape', async () => {
    const refusal = { type: 'invalid_request_error', message: 'prompt is too long: 9 tokens > 8 maximum' };
    const cases = [
      { path: '/messages', model: MODELS.anthropic, fails: false },
      { path: '/messages', model: MODELS.openai, fails: false },
      { path: '/chat/completions', model: MODELS.openai, fails: false },
      { path: '/chat/completions', model: MODELS.anthropic, fails: false },
      { path: '/messages', model: MODELS.anthropic, fails: true },
      { path: '/messages', model: MODELS.openai, fails: true },
      { path: '/chat/completions', model: MODELS.openai, fails: true },
      { path: '/chat/completions', model: MODELS.anthropic, fails: true },
    ];
    const scripted: Script = late((request, response) => {
      const fails = request.body.includes('Fail.');
      const isOpenAi = request.path.includes('chat');
      if (isOpenAi) return fails ? failWith(400, refusal)(request, response) : converse(request, response);
      return fails ? refuseMessage(400, refusal)(request, response) : completeMessage(request, response);
    });
    for (const { model } of cases) (model === MODELS.openai ? two.openai : two.anthropic).script(scripted);
    const answers = await Promise.all(
      cases.map(async ({ path, model, fails }) => {
        const content = fails ? 'Fail.' : 'Say it.';
        const body = JSON.stringify({ model, stream: true, max_tokens: 100, messages: [{ role: 'user', content }] });
        const headers = { authorization: `Bearer ${two.product.apiKey}` };
        const response = await fetch(two.product.baseUrl + path, { method: 'POST', headers, body });
        let text = '';
        const decoder = new TextDecoder();
        let whole = true;
        try {
          for await (const chunk of response.body ?? []) text += decoder.decode(chunk as Uint8Array, { stream: true });
        } catch {
          whole = false;
        }
        return { status: response.status, text, whole };
      }),
    );
    for (const [i, { path, model, fails }] of cases.entries()) {
      const { status, text, whole } = answers[i] ?? { status: 0, text: '', whole: false };
      const where = `${path} ${model} ${fails}`;
      expect([where, status, whole]).toEqual([where, 200, !fails]);
      const isAnthropic = path === '/messages';
      expect(text).toMatch(isAnthropic ? /^event: ping\ndata: \{"type": ?"ping"\}\n\n/ : /^: [^\n]+\n\n/);
      const frames = text.split('\n\n').filter((frame) => frame.includes('data: '));
      const last = frames.at(-1) ?? '';
      if (!fails) {
        expect(text.split(isAnthropic ? 'event: message_start' : '"role":"assistant"')).toHaveLength(2);
        expect(last).toContain(isAnthropic ? 'message_stop' : '[DONE]');
        continue;
      }
      const error: unknown = JSON.parse(last.slice(last.indexOf('data: ') + 6));
      expect(last.startsWith('event: error\n')).toBe(isAnthropic);
      expect(error).toMatchObject(
        isAnthropic
          ? { type: 'error', error: { type: 'invalid_request_error', message: expect.stringContaining('too long') } }
          : { error: { type: 'invalid_request_error', message: expect.stringContaining('too long') } },
      );
    }
  }, 60_000);

  test('a turn whose thoughts are gone is answered, without thinking where the model demands them', async () => {
    const parameters = { type: 'object' as const, properties: { value: { type: 'string' } }, required: ['value'] };
    const tools = [{ type: 'function' as const, function: { name: 'weather', parameters } }];
    const loops = [];
    for (const model of [BUDGETED, MODELS.anthropic]) {
      const messages: OpenAI.ChatCompletionMessageParam[] = [
        { role: 'user', content: 'Please call weather with Rome' },
      ];
      const params = { model, messages, tools, reasoning_effort: 'medium' as const, max_completion_tokens: 8_000 };
      const asked = await openai().chat.completions.create(params);
      expect(two.anthropic.last.json['thinking']).toBeDefined();
      const calls = asked.choices[0]?.message.tool_calls ?? [];
      expect(calls).toHaveLength(1);
      messages.push({ role: 'assistant', content: asked.choices[0]?.message.content ?? null, tool_calls: calls });
      messages.push({ role: 'tool', tool_call_id: calls[0]?.id ?? '', content: 'sun' });
      loops.push(params);
    }
    await two.product.end();
    await two.product.launch();
    for (const params of loops) {
      const { data, response } = await openai().chat.completions.create(params).withResponse();
      expect([params.model, data.choices[0]?.message.content]).toEqual([params.model, 'They said: sun.']);
      const isBudgeted = params.model === BUDGETED;
      expect('thinking' in two.anthropic.last.json).toBe(!isBudgeted);
      expect(response.headers.get('x-tollgate-dropped')).toBe(isBudgeted ? 'reasoning_effort' : null);
      expect(await openai().chat.completions.stream(params).finalContent()).toBe('They said: sun.');
    }
    expect(two.anthropic.refusals).toEqual([]);
  }, 60_000);
});
