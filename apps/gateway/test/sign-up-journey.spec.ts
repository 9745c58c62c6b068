import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { Browser } from './browser.js';
import { RunningProduct, until } from './running-product.js';
import { send } from './traffic.js';

const PASSWORD = 'correct horse battery staple';

let product: RunningProduct;

beforeAll(async () => {
  // a model with a price, at a provider that nobody can reach: what it may cost is held all the same
  product = await RunningProduct.start({
    environment: { OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' },
  });
}, 90_000);
afterAll(() => product.stop(), 60_000);

/** Signs somebody up as they do it: by asking, reading the mail, and choosing a password. */
async function signUp(email: string, organization: string): Promise<{ browser: Browser; key: string }> {
  const browser = new Browser(product);
  expect((await browser.post('/api/v1/sign-ups', { email })).status).toBe(202);
  const link = new RegExp(`/sign-up#token=(tgu_[0-9A-Za-z]{38})`);
  const mail = (): string | undefined => product.log.split('\n').findLast((line) => line.includes(`"to":"${email}"`));
  await until(
    () => Promise.resolve(link.test(mail() ?? '')),
    () => `no mail to ${email}`,
  );
  const token = link.exec(mail() ?? '')?.[1] ?? '';
  const done = await browser.post('/api/v1/sign-up-completions', {
    token,
    name: 'Grace',
    password: PASSWORD,
    organization,
  });
  expect(done.status).toBe(201);
  const me = await browser.get('/api/v1/me');
  const [first] = me.body['organizations'] as { id: string }[];
  const projects = await browser.get(`/api/v1/organizations/${first?.id}/projects`);
  const [project] = projects.body['data'] as { id: string }[];
  const body = { name: 'First', modelAllowlist: ['*'] };
  const made = await browser.post(`/api/v1/projects/${project?.id}/api-keys`, body);
  expect(made.status).toBe(201);
  return { browser, key: String(made.body['secret']) };
}

async function openSignUp(starterGrant: object | null): Promise<void> {
  const { version } = await product.manage('GET', '/installation');
  const body = { signUp: 'open', starterGrant };
  await product.manage('PATCH', '/installation', body, { 'if-match': `"${String(version)}"` });
}

test('a key of somebody who has just signed up works at once, as far as the grant goes', async () => {
  await openSignUp({ amount: '1', currency: 'USD' });
  const { browser, key } = await signUp('grace@example.com', 'Hopper');
  await until(
    async () => (await send(product, { model: 'sandbox/echo', stream: false, key })).status === 200,
    () => 'the key does not work',
  );
  // what is held is within the grant, so that only the provider is missing
  expect((await send(product, { model: 'gpt-4o-mini', stream: false, key })).status).toBe(502);
  const question = { messages: [{ role: 'user', content: 'Hello' }], max_tokens: 16_000, n: 8 };
  const dear = await fetch(`${product.baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({ model: 'gpt-4o', ...question }),
  });
  expect([dear.status, await dear.text()]).toEqual([402, expect.stringContaining('policy_balance_exhausted')]);
  const again = new Browser(product);
  expect((await again.signIn('grace@example.com', PASSWORD)).status).toBe(200);
  expect((await browser.get('/api/v1/me')).body).toMatchObject({ organizations: [{ slug: 'hopper', role: 'owner' }] });
});

test('without a grant nothing that costs is let through', async () => {
  await openSignUp(null);
  const { key } = await signUp('edsger@example.com', 'Dijkstra');
  let status = 0;
  await until(
    async () => (status = (await send(product, { model: 'gpt-4o-mini', stream: false, key })).status) !== 401,
    () => 'the key does not arrive',
  );
  expect(status).toBe(402);
  expect((await send(product, { model: 'sandbox/echo', stream: false, key })).status).toBe(200);
});
