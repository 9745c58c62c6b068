import { describe, expect, test } from '@jest/globals';
import { calcPrice } from '@pydantic/genai-prices';
import { compilePriceSheet, type PriceSheet, rate } from '@tollgate/billing';
import type { Meter, Usage } from '@tollgate/domain';
import { catalogue } from '@tollgate/providers';
import fc from 'fast-check';

const AT_LIST = { markupBasisPoints: 0, platformFeeBasisPoints: 0 };
/** At night in UTC, so that prices for some hours of the day are met too, and at noon. */
const INSTANTS = [Date.UTC(2026, 10, 22, 2, 30), Date.UTC(2026, 10, 22, 12)];

/** Names of the package's providers, in the order in which the catalogue asks them. */
const THEIRS: Readonly<Record<string, readonly string[]>> = {
  openai: ['openai'],
  'azure-openai': ['azure', 'openai', 'anthropic', 'x-ai', 'moonshotai'],
  anthropic: ['anthropic'],
  'google-gemini': ['google'],
  'google-vertex': ['google'],
  'aws-bedrock': ['aws'],
  mistral: ['mistral'],
  cohere: ['cohere'],
  groq: ['groq'],
  together: ['together'],
  fireworks: ['fireworks'],
  deepseek: ['deepseek'],
  xai: ['x-ai'],
  perplexity: ['perplexity'],
  openrouter: ['openrouter'],
  cerebras: ['cerebras'],
  cloudflare: ['cloudflare'],
  huggingface: [],
  moonshot: ['moonshotai'],
  zhipu: ['zai', 'zhipuai'],
  minimax: ['minimax'],
  voyage: ['voyageai'],
};

/** The other side multiplies and adds doubles: a handful of roundings of 2⁻⁵³ each. */
const FLOAT_ERROR = 16 * Number.EPSILON;

/** The package calls some models by names that its own rules do not know; they are found by what they stand for. */
const NOT_FOUND_BY_THEIR_OWN_NAME: Readonly<Record<string, readonly string[]>> = {
  openai: ['ft:gpt-4o', 'ft:gpt-4o-mini'],
  'azure-openai': ['ft:gpt-4o', 'ft:gpt-4o-mini'],
  'aws-bedrock': ['amazon.nova-2-lite-v1:0'],
  mistral: ['codestral', 'magistral-small', 'mistral-medium-3-1', 'pixtral-large'],
};

/** There, the package takes whatever contains `o4-mini` for one; the catalogue has the model under its own name. */
const TAKEN_FOR_ANOTHER = ['azure-openai o4-mini-deep-research'];

interface Listed {
  readonly provider: string;
  readonly name: string;
  readonly sheet: PriceSheet;
  readonly meters: ReadonlySet<Meter>;
}

function listed(provider: string): Listed[] {
  const own = catalogue.prices.filter((price) => price.provider === provider && price.source.startsWith('@pydantic/'));
  return [...Map.groupBy(own, ({ model }) => model)].map(([name, rows]) => ({
    provider,
    name,
    sheet: compilePriceSheet(
      rows.map((row, index) => ({ ...row, id: `price_${index}` })),
      AT_LIST,
    ),
    meters: new Set(rows.map(({ meter }) => meter)),
  }));
}

/** The package's own price, from the first of its providers that knows the name; `null` when none does. */
function theirPrice({ provider, name, meters }: Listed, usage: Usage, timestamp: Date): number | null {
  const served = provider === 'huggingface' ? name.lastIndexOf(':') : name.length;
  const ids = served < name.length ? [`huggingface_${name.slice(served + 1)}`] : (THEIRS[provider] ?? []);
  const { input = 0, input_cache_read: read = 0, input_cache_write_5m: written = 0, output = 0 } = usage;
  const parts = {
    input_tokens: input + read + written,
    ...(meters.has('input_cache_read') && { cache_read_tokens: read }),
    ...(meters.has('input_cache_write_5m') && { cache_write_tokens: written }),
    ...(meters.has('output') && { output_tokens: output }),
  };
  for (const providerId of ids) {
    const found = calcPrice(parts, name.slice(0, served), { providerId, timestamp });
    if (found !== null && found.provider.id === providerId) return found.total_price;
  }
  return null;
}

const amount = fc.oneof(fc.nat(2_000), fc.nat(600_000));

describe('rating by the catalogue and genai-prices agree', () => {
  test.each(Object.keys(THEIRS))('%s', (provider) => {
    const models = listed(provider).filter(
      ({ name, meters }) => meters.has('input') && !TAKEN_FOR_ANOTHER.includes(`${provider} ${name}`),
    );
    expect(models.length).toBeGreaterThan(0);
    const unknown = new Set<string>();
    for (const model of models) {
      const { sheet, meters, name } = model;
      const usageOf = fc.record({
        input: amount,
        ...(meters.has('input_cache_read') && { input_cache_read: amount }),
        ...(meters.has('input_cache_write_5m') && { input_cache_write_5m: amount }),
        ...(meters.has('output') && { output: amount }),
        // the package counts one where nothing is said
        ...(meters.has('request') && { request: fc.constant(1) }),
      });
      fc.assert(
        fc.property(usageOf, fc.constantFrom(...INSTANTS), (usage: Usage, occurredAt) => {
          const theirs = theirPrice(model, usage, new Date(occurredAt));
          if (theirs === null) return void unknown.add(name);
          const circumstances = {
            serviceTier: '*',
            region: '*',
            credentialOwner: 'operator',
            simulated: false,
          } as const;
          const ours = rate(sheet, { usage, occurredAt, ...circumstances });
          const dollars = Number(ours.listCost) / 1e12;
          const error = Math.abs(dollars - theirs);
          expect([name, ours.unpriced, error <= dollars * FLOAT_ERROR + 1e-12 * ours.lines.length ? 0 : error]).toEqual(
            [name, [], 0],
          );
        }),
        { numRuns: 12 },
      );
    }
    expect([...unknown]).toEqual(NOT_FOUND_BY_THEIR_OWN_NAME[provider] ?? []);
  });
});
