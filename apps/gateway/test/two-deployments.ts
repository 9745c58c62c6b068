import { FakeOpenAi } from './fake-openai.js';
import { RunningProduct, until } from './running-product.js';

/** Served by both; the first is asked first where nothing else decides. */
export const SHARED_MODEL = 'gpt-4o-mini';

/** The product with two accounts of one vendor behind it, both with the same model. */
export class TwoDeployments {
  private constructor(
    readonly product: RunningProduct,
    readonly first: FakeOpenAi,
    readonly second: FakeOpenAi,
    /** Ids of the deployments. */
    readonly ids: { readonly first: string; readonly second: string },
    /** Ids of the credentials. */
    readonly credentials: { readonly first: string; readonly second: string },
  ) {}

  /** @param environment more of the product's. */
  static async start(environment: Readonly<Record<string, string>> = {}): Promise<TwoDeployments> {
    const [first, second] = [await FakeOpenAi.start(), await FakeOpenAi.start('sk-second-0123456789abcdefghijklm')];
    const product = await RunningProduct.start({ environment });
    const add = async (fake: FakeOpenAi, name: string, priority: number) => {
      const secret = { baseUrl: fake.baseUrl, secret: fake.apiKey };
      const credential = await product.manage('POST', '/provider-credentials', { provider: 'openai', name, ...secret });
      const providerCredentialId = String(credential['id']);
      const model = { model: SHARED_MODEL, upstreamModel: SHARED_MODEL, priority };
      const deployment = await product.manage('POST', '/deployments', { providerCredentialId, ...model });
      return { id: String(deployment['id']), credentialId: providerCredentialId };
    };
    const [one, two] = [await add(first, 'First', 10), await add(second, 'Second', 20)];
    const pair = new TwoDeployments(
      product,
      first,
      second,
      { first: one.id, second: two.id },
      { first: one.credentialId, second: two.credentialId },
    );
    await pair.untilServed(SHARED_MODEL);
    return pair;
  }

  /** Waits until the gateway knows the model or route. */
  async untilServed(model: string): Promise<void> {
    const headers = { authorization: `Bearer ${this.product.apiKey}` };
    await until(
      async () => (await fetch(`${this.product.baseUrl}/models/${encodeURIComponent(model)}`, { headers })).ok,
      () => `${model} does not arrive at the gateway`,
    );
  }

  /** Creates a route and waits until it is known; answers its id. */
  async createRoute(name: string, definition: Readonly<Record<string, unknown>>): Promise<string> {
    const route = await this.product.manage('POST', '/routes', { name, ...definition });
    await this.untilServed(name);
    return String(route['id']);
  }

  /** Changes a resource as it is now. */
  async change(resource: string, change: Readonly<Record<string, unknown>>): Promise<void> {
    const { version } = await this.product.manage('GET', resource);
    await this.product.manage('PATCH', resource, change, { 'if-match': `"${String(version)}"` });
  }

  /** A further key of the first key's project: its id and its secret. */
  async createKey(settings: Readonly<Record<string, unknown>> = {}): Promise<{ id: string; secret: string }> {
    const { rows } = await this.product.pool.query<{ id: string }>('SELECT project_id AS id FROM api_key');
    const body = { name: `key ${Math.random()}`, modelAllowlist: ['*'], ...settings };
    const key = await this.product.manage('POST', `/projects/${rows[0]?.id ?? ''}/api-keys`, body);
    return { id: String(key['id']), secret: String(key['secret']) };
  }

  /** Sends one chat request; nothing is streamed. */
  async ask(
    body: Readonly<Record<string, unknown>>,
    { key = this.product.apiKey, headers = {} }: { key?: string; headers?: Readonly<Record<string, string>> } = {},
  ): Promise<{ readonly response: Response; readonly json: Record<string, unknown>; readonly requestId: string }> {
    const response = await fetch(`${this.product.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, ...headers },
      body: JSON.stringify({ model: SHARED_MODEL, messages: [{ role: 'user', content: 'What is a toll?' }], ...body }),
    });
    const json = (await response.json()) as Record<string, unknown>;
    return { response, json, requestId: response.headers.get('x-request-id') ?? '' };
  }

  async stop(): Promise<void> {
    await this.product.stop();
    await this.first.stop();
    await this.second.stop();
  }
}
