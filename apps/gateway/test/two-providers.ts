import { FakeAnthropic } from './fake-anthropic.js';
import { FakeOpenAi } from './fake-openai.js';
import { converse } from './openai-conversation.js';
import { RunningProduct, until } from './running-product.js';

/** Names of models, by the dialect in which their provider is spoken to. */
export const MODELS = { openai: 'gpt-4o-mini', anthropic: 'claude-sonnet-4-6' } as const;

/** The product with strict stand-ins of both vendors behind it. */
export class TwoProviders {
  private constructor(
    readonly product: RunningProduct,
    readonly openai: FakeOpenAi,
    readonly anthropic: FakeAnthropic,
  ) {}

  /** @param environment more of the product's. */
  static async start(environment: Readonly<Record<string, string>> = {}): Promise<TwoProviders> {
    const [openai, anthropic] = [await FakeOpenAi.start(), await FakeAnthropic.start()];
    openai.scriptAlways(converse);
    const product = await RunningProduct.start({
      environment: { OPENAI_API_KEY: openai.apiKey, OPENAI_BASE_URL: openai.baseUrl, ...environment },
    });
    const credential = await product.manage('POST', '/provider-credentials', {
      provider: 'anthropic',
      name: 'Anthropic',
      baseUrl: anthropic.baseUrl,
      secret: anthropic.apiKey,
    });
    const model = { model: MODELS.anthropic, upstreamModel: MODELS.anthropic };
    await product.manage('POST', '/deployments', { providerCredentialId: credential['id'], ...model });
    const two = new TwoProviders(product, openai, anthropic);
    await until(
      async () => {
        const headers = { authorization: `Bearer ${product.apiKey}` };
        return (await fetch(`${product.baseUrl}/models/${MODELS.anthropic}`, { headers })).ok;
      },
      () => 'the deployment does not arrive at the gateway',
    );
    return two;
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

  async stop(): Promise<void> {
    await this.product.stop();
    await this.openai.stop();
    await this.anthropic.stop();
  }
}
