import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ApiKey, Organization, Page as ListPage, RequestSummary } from '@tollgate/wire';
import type { Browser, Page } from 'playwright-core';

import { FakeProvider } from './fake-provider.js';
import { Product } from './product.js';
import { CHROMIUM, launchChromium, openWatchedPage, type WatchedPage } from './watched-page.js';

const OWNER = { name: 'Ada Lovelace', email: 'ada@example.com', password: 'a gate with a toll' };
const DESKTOP = { width: 1360, height: 900 };
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

(CHROMIUM === undefined ? describe.skip : describe)('the playground', () => {
  let provider: FakeProvider;
  let product: Product;
  let browser: Browser;
  let watched: WatchedPage;
  let screenshots: string;

  beforeAll(async () => {
    provider = await FakeProvider.start();
    product = await Product.start(provider.environment);
    browser = await launchChromium();
    watched = await openWatchedPage(browser, { viewport: DESKTOP });
    screenshots = await mkdtemp(path.join(tmpdir(), 'tollgate-playground-screenshots-'));
    const { page } = watched;
    await page.goto(open(product.setUpPath));
    await page.getByLabel('Your name').fill(OWNER.name);
    await page.getByLabel('E-mail').fill(OWNER.email);
    await page.getByLabel('Password').fill(OWNER.password);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('link', { name: 'Playground' }).click();
    await page.getByText('Nothing has been asked yet').waitFor();
  }, 120_000);

  afterAll(async () => {
    await browser.close();
    await product.stop();
    await provider.stop();
  });

  const open = (address: string): string => new URL(address, product.origin).href;
  const picture = (page: Page, name: string): Promise<Buffer> =>
    page.screenshot({ path: path.join(screenshots, `${name}.png`), fullPage: true });

  async function choose(page: Page, model: string): Promise<void> {
    await page.getByRole('combobox', { name: 'Model' }).fill(model);
    await page.getByRole('option', { name: new RegExp(`^${model}\\s`) }).click();
  }

  async function say(page: Page, message: string): Promise<void> {
    await page.getByLabel('Message').fill(message);
    // waits until nothing is being answered any more, which the keyboard's way does not
    await page.getByRole('button', { name: 'Send', exact: true }).click();
  }

  test('an answer streams in through the gate, with its tokens, its cost and the code that does the same', async () => {
    const { page, complaints } = watched;
    await choose(page, 'gpt-4o-mini');
    await page.getByLabel('System prompt').fill('Answer in one sentence.');
    await page.getByLabel('Max tokens').fill('200');
    await page.getByTestId('picture').setInputFiles([
      { name: 'pixel.png', mimeType: 'image/png', buffer: Buffer.from(PIXEL, 'base64') },
      { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no image') },
    ]);
    await page.getByText('notes.txt is no image that models take').waitFor();
    await page.getByLabel('Message').fill('What is a toll?');
    await page.getByRole('button', { name: 'Show as code' }).click();
    const code = await page.getByTestId('code').textContent();
    expect(code).toContain(`curl ${product.origin}/v1/chat/completions`);
    expect(code).toContain('"max_completion_tokens": 200');
    await page.getByRole('tab', { name: 'Python' }).click();
    await page.getByText('client.chat.completions.create(').waitFor();
    await picture(page, 'code');
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();

    await page.getByLabel('Message').press('Control+Enter');
    await page.getByText('Tolls are metered, priced and booked.').waitFor();
    // 176 × 0.15 + 1,024 × 0.075 + 80 × 0.60, by a million
    await page.getByText('$0.000151').waitFor();
    await page.getByText('1,200 in, 80 out').waitFor();
    await picture(page, 'answered');
    expect(await page.content()).not.toMatch(/tg_[0-9A-Za-z]{38}/);
    expect(complaints).toEqual([]);
  }, 120_000);

  test('the same through Anthropic’s API, whoever serves the model', async () => {
    const { page, complaints } = watched;
    await page.goto(open('/playground?model=gpt-4o-mini&api=anthropic-messages'));
    await page.getByLabel('Message').fill('What is a toll?');
    await page.getByRole('button', { name: 'Show as code' }).click();
    expect(await page.getByTestId('code').textContent()).toContain(`curl ${product.origin}/v1/messages`);
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('Tolls are metered, priced and booked.').waitFor();
    await page.getByText('$0.000151').waitFor();
    await page.getByText('1,200 in, 80 out').waitFor();
    expect(complaints).toEqual([]);
  }, 120_000);

  test('thoughts stand apart, and an answer can be stopped', async () => {
    const { page, complaints } = watched;
    await choose(page, 'sandbox/reasoning');
    await say(page, 'Think about it.');
    await page.locator('summary', { hasText: 'Thinking' }).waitFor();
    await page.getByText('$0.00', { exact: true }).waitFor();
    await page.goto(open('/playground?model=sandbox%2Fstream-20x50ms'));
    await say(page, 'Take your time.');
    await page.getByTestId('answer').waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('Stopped. What came until then is charged.').waitFor();
    await picture(page, 'stopped');
    expect(complaints).toEqual([]);
  }, 120_000);

  test('models answer side by side, and are ranked', async () => {
    const { page, complaints } = watched;
    await page.goto(open('/playground?model=gpt-4o-mini'));
    await page.getByRole('button', { name: 'Compare with another model' }).click();
    await page.getByRole('combobox', { name: 'Model 2' }).fill('sandbox/reasoning');
    await page.getByRole('option', { name: /^sandbox\/reasoning\s/ }).click();
    expect(new URL(page.url()).searchParams.get('model')).toBe('gpt-4o-mini,sandbox/reasoning');
    await say(page, 'What is a toll?');
    const [turn] = await page.getByRole('article').all();
    if (turn === undefined) throw new Error('there is no turn');
    await turn.getByText('Tolls are metered, priced and booked.').waitFor();
    await turn.getByText('Cheapest sandbox/reasoning').waitFor();
    expect(await turn.getByTestId('answer').count()).toBe(2);
    await say(page, 'And then?');
    await page.getByRole('article').nth(1).getByText('Cheapest').waitFor();
    await picture(page, 'compared');
    await page.setViewportSize({ width: 390, height: 844 });
    await picture(page, 'compared-phone');
    await page.setViewportSize(DESKTOP);
    await page.getByRole('button', { name: 'Remove model 1' }).click();
    expect(await turn.getByTestId('answer').count()).toBe(1);
    expect(await page.getByText('Tolls are metered, priced and booked.').count()).toBe(0);
    await page.getByRole('button', { name: 'Show as code' }).click();
    expect(await page.getByTestId('code').textContent()).toMatch(
      /sandbox\/reasoning[^]*What is a toll\?[^]*And then\?/,
    );
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    expect(complaints).toEqual([]);
  }, 120_000);

  test('a stream that breaks off says why', async () => {
    const { page } = watched;
    await page.goto(open('/playground?model=sandbox%2Fcut-after-3'));
    await say(page, 'Hello');
    await page.getByText('provider_stream_cut', { exact: true }).waitFor();
    expect(await page.getByText('network error').count()).toBe(0);
    await picture(page, 'cut');
  }, 120_000);

  test('what goes wrong is said in full', async () => {
    const { page } = watched;
    await page.goto(open('/playground'));
    await choose(page, 'sandbox/error-429');
    await say(page, 'Hello');
    const alert = page.getByRole('alert');
    await alert.getByText('Status 429').waitFor();
    await alert.getByText('The whole error').click();
    await picture(page, 'failed');
    await page.setViewportSize({ width: 390, height: 844 });
    await picture(page, 'failed-phone');
    await page.emulateMedia({ colorScheme: 'dark' });
    await picture(page, 'failed-phone-dark');
  }, 120_000);

  test('its requests are those of a key of its own, with a tag and a budget', async () => {
    const [organization] = (await product.manage<ListPage<Organization>>('GET', '/organizations')).data;
    const keys = await product.manage<ListPage<ApiKey>>(
      'GET',
      `/organizations/${organization?.id ?? ''}/api-keys?tag=playground`,
    );
    expect(keys.data).toHaveLength(1);
    expect(keys.data[0]?.monthlyBudget).not.toBeNull();
    const requests = await product.manage<ListPage<RequestSummary>>('GET', '/requests?tag=playground');
    expect(requests.data.map(({ requestedModel, outcome }) => [requestedModel, outcome])).toEqual(
      expect.arrayContaining([
        ['gpt-4o-mini', 'success'],
        ['sandbox/stream-20x50ms', 'client_left_mid_stream'],
      ]),
    );
    expect(requests.data.every(({ apiKeyId }) => apiKeyId === keys.data[0]?.id)).toBe(true);
  }, 30_000);
});
