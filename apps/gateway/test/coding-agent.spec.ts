import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hashSecret } from '@tollgate/domain';
import OpenAI from 'openai';

import { AnthropicAgent, type AgentClient, OpenAiAgent, TURNS, type Turn } from './coding-agent.js';
import { ANTHROPIC_USAGE, slowMessage } from './fake-anthropic.js';
import { FAKE_USAGE, slowly } from './fake-openai.js';
import { openAiRefusals } from './openai-conversation.js';
import { until } from './running-product.js';
import { MODELS, TwoProviders } from './two-providers.js';

type Vendor = keyof typeof MODELS;

const CROSSINGS: readonly (readonly [Vendor, Vendor])[] = [
  ['openai', 'openai'],
  ['openai', 'anthropic'],
  ['anthropic', 'openai'],
  ['anthropic', 'anthropic'],
];

/** The meters of one answer of each stand-in. */
const USAGE: Readonly<Record<Vendor, Readonly<Record<string, number>>>> = {
  openai: {
    input: FAKE_USAGE.prompt_tokens - FAKE_USAGE.prompt_tokens_details.cached_tokens,
    input_cache_read: FAKE_USAGE.prompt_tokens_details.cached_tokens,
    output: FAKE_USAGE.completion_tokens - FAKE_USAGE.completion_tokens_details.reasoning_tokens,
    output_reasoning: FAKE_USAGE.completion_tokens_details.reasoning_tokens,
  },
  anthropic: {
    input: ANTHROPIC_USAGE.input_tokens,
    input_cache_read: ANTHROPIC_USAGE.cache_read_input_tokens,
    input_cache_write_5m: ANTHROPIC_USAGE.cache_creation.ephemeral_5m_input_tokens,
    input_cache_write_1h: ANTHROPIC_USAGE.cache_creation.ephemeral_1h_input_tokens,
    output: ANTHROPIC_USAGE.output_tokens,
  },
};

function expected({ kind, prompt }: Turn): string {
  if (kind === 'tool' || kind === 'parallel tools') {
    const results = [...prompt.matchAll(/call (\w+) with (\w+)/g)].map(([, name, value]) => `${name}:${value}`);
    return `They said: ${results.join(' and ')}.`;
  }
  return `You said: ${prompt}.${kind === 'picture' ? ' I see 1 image.' : ''} ☂ 世界`;
}

/** A coding agent at work: tools, parallel tools, thoughts, cache markers, pictures and an abort, on every crossing. */
describe('a conversation of fifty turns', () => {
  let two: TwoProviders;

  beforeAll(async () => {
    two = await TwoProviders.start();
  }, 90_000);

  afterAll(() => two.stop());

  function agentOf(client: Vendor, vendor: Vendor, apiKey: string): AgentClient {
    const model = MODELS[vendor];
    if (client === 'anthropic') {
      return new AnthropicAgent(
        new Anthropic({ apiKey, baseURL: `${two.product.origin}/anthropic`, maxRetries: 0 }),
        model,
      );
    }
    const openai = new OpenAI({ apiKey, baseURL: two.product.baseUrl, maxRetries: 0 });
    return new OpenAiAgent(openai, model, vendor === 'anthropic' ? 'medium' : null);
  }

  async function booked(apiKey: string): Promise<{ outcome: string; usage: Record<string, number> }[]> {
    const { rows } = await two.product.pool.query<{ outcome: string; usage: Record<string, number> }>(
      `SELECT e.outcome, e.usage FROM usage_event e JOIN key_secret s USING (api_key_id)
       WHERE s.hash = $1`,
      [hashSecret(apiKey)],
    );
    return rows;
  }

  test.each(CROSSINGS)(
    'from a client of %s to a model of %s',
    async (client, vendor) => {
      const provider = vendor === 'openai' ? two.openai : two.anthropic;
      const apiKey = await two.createKey({});
      const agent = agentOf(client, vendor, apiKey);
      const before = provider.requests.length;
      for (const turn of TURNS) {
        if (turn.kind === 'abort') {
          provider.script(vendor === 'openai' ? slowly(40) : slowMessage(40));
          await agent.abort(turn);
        } else {
          expect([turn.prompt, await agent.turn(turn)]).toEqual([turn.prompt, expected(turn)]);
        }
      }
      expect([two.anthropic.refusals, openAiRefusals]).toEqual([[], []]);

      const sent = provider.requests.length - before;
      await until(
        async () => (await booked(apiKey)).length === sent,
        () => `not all of ${sent} requests are booked`,
      );
      const events = await booked(apiKey);
      expect(events.filter(({ outcome }) => outcome === 'client_left_mid_stream')).toHaveLength(1);
      const answered = events.filter(({ outcome }) => outcome === 'success');
      expect(answered).toHaveLength(sent - 1);
      for (const { usage } of answered) expect(usage).toEqual(USAGE[vendor]);
    },
    60_000,
  );
});
