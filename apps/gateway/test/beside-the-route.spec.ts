import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { failWith, type Script } from './fake-openai.js';
import { converse } from './openai-conversation.js';
import { until } from './running-product.js';
import { MODELS, TwoProviders } from './two-providers.js';

const tooLong: Script = failWith(400, {
  message: 'too long',
  type: 'invalid_request_error',
  code: 'context_length_exceeded',
});
const CLAUDE = { model: MODELS.anthropic, percent: 100 };
/** A request's own copy is under way for a moment after its answer. */
const SHADOW_MS = 400;

describe('a canary, a shadow and a fallback of another dialect', () => {
  let two: TwoProviders;

  beforeAll(async () => {
    two = await TwoProviders.start();
  }, 90_000);

  beforeEach(() => {
    two.openai.scriptAlways(converse);
  });

  afterAll(() => two.stop(), 60_000);

  const untilServed = (model: string): Promise<void> =>
    until(
      async () => {
        const headers = { authorization: `Bearer ${two.product.apiKey}` };
        return (await fetch(`${two.product.baseUrl}/models/${model}`, { headers })).ok;
      },
      () => `${model} does not arrive`,
    );

  const createRoute = async (name: string, definition: Readonly<Record<string, unknown>>): Promise<void> => {
    await two.product.manage('POST', '/routes', { name, targets: [{ model: MODELS.openai }], ...definition });
    await untilServed(name);
  };

  const ask = async (model: string, { headers = {}, ...body }: Readonly<Record<string, unknown>> = {}) => {
    const response = await fetch(`${two.product.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${two.product.apiKey}`, ...(headers as Record<string, string>) },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'What is a toll?' }], ...body }),
    });
    return { response, text: await response.text() };
  };

  /** How often the provider of the other dialect is asked. */
  const askedElsewhere = async (run: () => Promise<unknown>): Promise<number> => {
    const before = two.anthropic.requests.length;
    await run();
    await new Promise((resolve) => setTimeout(resolve, SHADOW_MS));
    return two.anthropic.requests.length - before;
  };

  test('a canary is told in its own words', async () => {
    await createRoute('with-canary', { canary: CLAUDE });
    const { response } = await ask('with-canary');
    expect([response.status, response.headers.get('x-tollgate-provider')]).toEqual([200, 'anthropic']);
  });

  test.each(['x', 'a-name-of-a-route-that-is-longer-than-that-of-its-model'])(
    'a request that was passed through as %s can be told in other words afterwards',
    async (name) => {
      await createRoute(name, { fallbacks: { 'context-length': [MODELS.anthropic] } });
      two.openai.scriptAlways(tooLong);
      const { response } = await ask(name);
      expect([response.status, response.headers.get('x-tollgate-provider')]).toEqual([200, 'anthropic']);
      expect(JSON.stringify(two.anthropic.last.json['messages'])).toContain('What is a toll?');
    },
  );

  test('a shadow of another dialect is asked', async () => {
    await createRoute('shadowed-by-a-model-of-another-dialect', { shadow: CLAUDE });
    const asked = await askedElsewhere(() => ask('shadowed-by-a-model-of-another-dialect'));
    expect(asked).toBe(1);
  });

  test.each(['request', 'route'])('what the %s does not allow is asked by none of them', async (place) => {
    const constraints = place === 'route' ? { providers: ['openai'] } : {};
    const headers = place === 'request' ? { 'x-tollgate-providers': 'openai' } : {};
    await createRoute(`kept-by-${place}`, {
      constraints,
      canary: CLAUDE,
      shadow: CLAUDE,
      fallbacks: { 'context-length': [MODELS.anthropic] },
    });
    expect(
      await askedElsewhere(async () => {
        expect((await ask(`kept-by-${place}`, { headers })).response.status).toBe(200);
        two.openai.scriptAlways(tooLong);
        expect((await ask(`kept-by-${place}`, { headers })).response.status).toBe(400);
        expect((await ask(`kept-by-${place}`, { headers, models: [MODELS.anthropic] })).response.status).toBe(400);
      }),
    ).toBe(0);
  });

  test.each(['key', 'request'])('tokens are counted nowhere where the %s does not allow it', async (place) => {
    const constraints = { providers: ['openai'] };
    const key = place === 'key' ? await two.createKey({ constraints }) : two.product.apiKey;
    const headers = place === 'request' ? { 'x-tollgate-providers': 'openai' } : {};
    const asked = await askedElsewhere(async () => {
      const response = await fetch(`${two.product.baseUrl}/messages/count_tokens`, {
        method: 'POST',
        headers: { 'x-api-key': key, ...(headers as Record<string, string>) },
        body: JSON.stringify({ model: MODELS.anthropic, messages: [{ role: 'user', content: 'Hi' }] }),
      });
      expect(response.status).toBe(400);
    });
    expect(asked).toBe(0);
  });

  test('nothing of a drained model is asked, and the route goes on', async () => {
    await createRoute('both', { canary: CLAUDE, shadow: CLAUDE });
    const { data } = (await two.product.manage('GET', `/deployments?model=${MODELS.anthropic}`)) as {
      data: { id: string; version: number }[];
    };
    const [{ id, version } = { id: '', version: 0 }] = data;
    await two.product.manage('PATCH', `/deployments/${id}`, { drained: true }, { 'if-match': `"${version}"` });
    await until(
      async () => (await ask(MODELS.anthropic)).response.status === 503,
      () => 'the deployment is not drained',
    );
    const asked = await askedElsewhere(async () => {
      const { response, text } = await ask('both');
      expect([response.status, text]).toEqual([200, expect.any(String)]);
    });
    expect(asked).toBe(0);
  });
});
