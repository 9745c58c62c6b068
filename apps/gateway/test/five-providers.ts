import { requestUuid } from '@tollgate/domain';

import { FakeAnthropic } from './fake-anthropic.js';
import { FakeBedrock } from './fake-bedrock.js';
import { FakeCohere } from './fake-cohere.js';
import { FakeGoogle } from './fake-google.js';
import { FakeOpenAi } from './fake-openai.js';
import { converse } from './openai-conversation.js';
import { RunningProduct, until } from './running-product.js';

/** A model of each vendor that answers in conversations. */
export const CONVERSING = {
  openai: 'gpt-4o-mini',
  anthropic: 'claude-sonnet-4-6',
  gemini: 'gemini-2.5-flash',
  'gemini 3': 'gemini-3-pro-preview',
  bedrock: 'amazon.nova-pro-v1:0',
  cohere: 'command-a-03-2025',
} as const;
/** Of vendors whose models do not all take pictures, one that does. */
export const SEEING: { readonly cohere: string } & Readonly<Record<string, string>> = {
  cohere: 'command-a-vision-07-2025',
};
export type Vendor = keyof typeof CONVERSING;

export interface Booked {
  /** Endpoint, the client's dialect, the provider's. */
  readonly named: string;
  readonly outcome: string;
  readonly source: string;
  readonly usage: Readonly<Record<string, number>>;
  /** USD; `null` where there is no price. */
  readonly cost: number | null;
}

/** The product with strict stand-ins of five vendors behind it. */
export class FiveProviders {
  private constructor(
    readonly product: RunningProduct,
    readonly openai: FakeOpenAi,
    readonly anthropic: FakeAnthropic,
    readonly google: FakeGoogle,
    readonly bedrock: FakeBedrock,
    readonly cohere: FakeCohere,
  ) {}

  static async start(environment: Readonly<Record<string, string>> = {}): Promise<FiveProviders> {
    const [openai, anthropic] = [await FakeOpenAi.start(), await FakeAnthropic.start()];
    const [google, bedrock, cohere] = [await FakeGoogle.start(), await FakeBedrock.start(), await FakeCohere.start()];
    openai.scriptAlways(converse);
    const product = await RunningProduct.start({
      environment: { OPENAI_API_KEY: openai.apiKey, OPENAI_BASE_URL: openai.baseUrl, ...environment },
    });
    const five = new FiveProviders(product, openai, anthropic, google, bedrock, cohere);
    const secrets: readonly [string, string, string, readonly string[]][] = [
      ['anthropic', anthropic.baseUrl, anthropic.apiKey, [CONVERSING.anthropic]],
      [
        'google-gemini',
        google.baseUrl,
        google.apiKey,
        [CONVERSING.gemini, CONVERSING['gemini 3'], 'gemini-embedding-001'],
      ],
      ['aws-bedrock', bedrock.origin, JSON.stringify(bedrock.accessKey), [CONVERSING.bedrock]],
      ['cohere', cohere.origin, cohere.apiKey, [CONVERSING.cohere, SEEING.cohere, 'embed-v4.0', 'rerank-v3.5']],
    ];
    for (const [provider, baseUrl, secret, models] of secrets) await five.deploy(provider, { baseUrl, secret, models });
    return five;
  }

  async deploy(
    provider: string,
    {
      baseUrl,
      secret,
      models,
    }: { readonly baseUrl: string; readonly secret: string; readonly models: readonly string[] },
  ): Promise<void> {
    const { product } = this;
    const name = `${provider} ${Math.random()}`;
    const credential = await product.manage('POST', '/provider-credentials', { provider, name, baseUrl, secret });
    for (const model of models) {
      const deployment = { providerCredentialId: credential['id'], model, upstreamModel: model };
      await product.manage('POST', '/deployments', deployment);
    }
    const headers = { authorization: `Bearer ${product.apiKey}` };
    await until(
      async () => (await fetch(`${product.baseUrl}/models/${encodeURIComponent(models.at(-1) ?? '')}`, { headers })).ok,
      () => `the deployments of ${provider} do not arrive at the gateway`,
    );
  }

  /** A further key of the first key's project. */
  async createKey(settings: Readonly<Record<string, unknown>>): Promise<string> {
    const { rows } = await this.product.pool.query<{ projectId: string }>(
      'SELECT project_id AS "projectId" FROM api_key',
    );
    const body = { name: `key ${Math.random()}`, modelAllowlist: ['*'], ...settings };
    const key = await this.product.manage('POST', `/projects/${rows[0]?.projectId ?? ''}/api-keys`, body);
    return String(key['secret']);
  }

  /** A request as the books have it, with the endpoint and the dialects that its usage event names. */
  async booked(requestId: string | null): Promise<Booked> {
    const request = await this.product.booked(requestId ?? '');
    const { rows } = await this.product.pool.query<{ named: string }>(
      `SELECT concat_ws(' ', endpoint, surface, upstream_dialect) AS named FROM usage_event WHERE request_id = $1`,
      [requestUuid(requestId ?? '')],
    );
    const cost = request['cost'] as { readonly amount: string } | null;
    return {
      named: rows[0]?.named ?? '',
      outcome: String(request['outcome']),
      source: String(request['usage_source']),
      usage: (request['usage'] ?? {}) as Readonly<Record<string, number>>,
      cost: cost === null ? null : Number(cost.amount),
    };
  }

  /** What the stand-ins have found wrong since the last time; the gateway should have written nothing such. */
  takeRefusals(): readonly string[] {
    const { openai, anthropic, google, bedrock, cohere } = this;
    return [openai.problems, anthropic.refusals, google.refusals, bedrock.refusals, cohere.refusals].flatMap((list) =>
      list.splice(0),
    );
  }

  async stop(): Promise<void> {
    await this.product.stop();
    await Promise.all([this.openai, this.anthropic, this.google, this.bedrock, this.cohere].map((fake) => fake.stop()));
  }
}
