import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { IssuedApiKey, Organization, Project } from '@tollgate/wire';
import OpenAI from 'openai';
import type { Browser, Page } from 'playwright-core';

import { FakeProvider } from './fake-provider.js';
import { Product } from './product.js';
import { CHROMIUM, launchChromium, openWatchedPage, type WatchedPage } from './watched-page.js';

const OWNER = { name: 'Grace Hopper', email: 'grace@example.com', password: 'nanoseconds of wire' };
const ALIAS = 'house-model';
const PATIENCE_MS = 30_000;

(CHROMIUM === undefined ? describe.skip : describe)('providers in the console', () => {
  let provider: FakeProvider;
  let product: Product;
  let browser: Browser;
  let screenshots: string;
  let watched: WatchedPage;
  let key: IssuedApiKey;

  beforeAll(async () => {
    provider = await FakeProvider.start();
    // nothing but the simulation: whatever is real is added in the browser
    product = await Product.start({});
    browser = await launchChromium();
    screenshots = await mkdtemp(path.join(tmpdir(), 'tollgate-console-screenshots-'));
    watched = await openWatchedPage(browser, { viewport: { width: 1360, height: 900 } });
    const { page } = watched;
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(open(product.setUpPath));
    await page.getByLabel('Your name').fill(OWNER.name);
    await page.getByLabel('E-mail').fill(OWNER.email);
    await page.getByLabel('Password').fill(OWNER.password);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    key = await issueKey();
  }, 120_000);

  afterAll(async () => {
    await browser.close();
    await product.stop();
    await provider.stop();
  });

  const open = (address: string): string => new URL(address, product.origin).href;
  const picture = (page: Page, name: string) => page.screenshot({ path: path.join(screenshots, `${name}.png`) });

  async function issueKey(): Promise<IssuedApiKey> {
    const [organization] = (await product.manage<{ data: Organization[] }>('GET', '/organizations')).data;
    const projects = await product.manage<{ data: Project[] }>('GET', `/organizations/${organization?.id}/projects`);
    return product.manage('POST', `/projects/${projects.data[0]?.id}/api-keys`, {
      name: 'caller',
      modelAllowlist: ['*'],
    });
  }

  /** The status of a request for the model, asked for until it is the expected one: changes take a moment. */
  async function statusOf(secret: string, expected: number): Promise<number> {
    const client = new OpenAI({ baseURL: open('/v1'), apiKey: secret, maxRetries: 0 });
    for (const deadline = Date.now() + PATIENCE_MS; ; await sleep(100)) {
      const status = await client.chat.completions
        .create({ model: ALIAS, messages: [{ role: 'user', content: 'What is a toll?' }] })
        .then(() => 200)
        .catch((error: unknown) => (error instanceof OpenAI.APIError ? Number(error.status) : 0));
      if (status === expected || Date.now() > deadline) return status;
    }
  }

  test('a credential is added, tested, given another secret, and makes a model callable', async () => {
    const { page, complaints } = watched;
    await page.getByRole('link', { name: 'Providers' }).click();
    await page.getByRole('button', { name: 'Add credential' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('research account');
    await dialog.getByLabel('Address').fill(provider.environment['OPENAI_BASE_URL'] ?? '');
    await dialog.getByLabel('Secret').fill('sk-wrong');
    await picture(page, 'credential-add');
    await dialog.getByRole('button', { name: 'Add credential' }).click();
    await page.getByText('research account has been added').waitFor();
    await page.getByRole('button', { name: 'Test connection' }).click();
    await page.getByText('The provider rejects the secret').waitFor();
    await picture(page, 'credential-rejected');
    await dialog.getByRole('button', { name: 'Close' }).click();

    await page.getByRole('button', { name: 'Actions for research account' }).click();
    await picture(page, 'credential-menu');
    await page.getByRole('menuitem', { name: 'Replace secret' }).click();
    await page.getByLabel('New secret').fill(FakeProvider.apiKey);
    await dialog.getByRole('button', { name: 'Replace secret' }).click();
    await page.getByText('The secret has been replaced.').waitFor();
    const row = page.getByRole('row', { name: /research account/ });
    await row.getByRole('button', { name: 'Test' }).click();
    await row.getByText(/Reached in .* it offers 1 model/).waitFor();

    await page.getByRole('button', { name: 'Actions for research account' }).click();
    await page.getByRole('menuitem', { name: 'Add deployments' }).click();
    await dialog.getByRole('combobox', { name: 'Models' }).fill('gpt-4o-mini');
    const option = page.getByRole('option', { name: /^gpt-4o-mini\s*\$/ });
    await option.waitFor();
    await picture(page, 'deployments-options');
    await option.click();
    await dialog.getByLabel('Called as').fill(ALIAS);
    await picture(page, 'deployments-add');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('The deployment has been added.').waitFor();

    expect(await statusOf(key.secret, 200)).toBe(200);
    await untilHealthy(page);
    await picture(page, 'providers');
    await page.setViewportSize({ width: 390, height: 844 });
    await picture(page, 'providers-phone');
    await page.setViewportSize({ width: 1360, height: 900 });
    expect(complaints).toEqual([]);
  }, 150_000);

  test('a rotated key calls with both secrets, and shows the new one once', async () => {
    const { page, complaints } = watched;
    await page.goto(open(`/keys/${key.id}/show`));
    await page.getByRole('button', { name: 'Rotate' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Issue new secret' }).click();
    const secret = (await page.getByTestId('secret').textContent()) ?? '';
    expect(secret).toMatch(/^tg_[0-9A-Za-z]{38}$/);
    expect(secret).not.toBe(key.secret);
    await picture(page, 'key-rotated');
    expect(await statusOf(secret, 200)).toBe(200);
    expect(await statusOf(key.secret, 200)).toBe(200);

    await page.reload();
    const secrets = page.getByRole('table', { name: 'Secrets' });
    await secrets.waitFor();
    // the head, the old secret, the new one
    expect(await secrets.getByRole('row').count()).toBe(3);
    await picture(page, 'key-two-secrets');
    expect(await page.getByText(secret).count()).toBe(0);
    expect(complaints).toEqual([]);
  }, 120_000);

  test('a deployment is disabled, enabled and removed, and then its credential', async () => {
    const { page, complaints } = watched;
    const act = async (name: string, action: string): Promise<void> => {
      await page.getByRole('button', { name: `Actions for ${name}` }).click();
      await page.getByRole('menuitem', { name: action }).click();
    };
    const confirm = (action: string) => page.getByRole('dialog').getByRole('button', { name: action }).click();
    await page.goto(open('/providers'));
    await act(ALIAS, 'Disable');
    await page.getByText(`Nothing else serves ${ALIAS}`).waitFor();
    await picture(page, 'deployment-disable');
    await confirm('Disable');
    await page.getByText(`The deployment of ${ALIAS} is disabled.`).waitFor();
    expect(await statusOf(key.secret, 404)).toBe(404);
    await act(ALIAS, 'Enable');
    await page.getByText(`${ALIAS} is enabled.`).waitFor();
    expect(await statusOf(key.secret, 200)).toBe(200);

    await act('research account', 'Remove');
    await page.getByText('1 deployment uses it. Remove that first.').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await act(ALIAS, 'Remove');
    await confirm('Remove');
    await page.getByText(`The deployment of ${ALIAS} has been removed.`).waitFor();
    await act('research account', 'Remove');
    await page.getByText('No deployment uses it.').waitFor();
    await confirm('Remove');
    await page.getByText('The credential has been removed.').waitFor();
    expect(await statusOf(key.secret, 404)).toBe(404);
    expect(complaints).toEqual([]);
  }, 120_000);

  /** Figures follow the books, which are a moment behind the answer. */
  async function untilHealthy(page: Page): Promise<void> {
    const healthy = page.getByRole('row', { name: new RegExp(`${ALIAS}.*Healthy`) });
    for (const deadline = Date.now() + PATIENCE_MS; (await healthy.count()) === 0; await sleep(200)) {
      if (Date.now() > deadline) throw new Error(`${ALIAS} is not shown as healthy`);
      await page.reload();
      await page.getByRole('row', { name: new RegExp(ALIAS) }).waitFor();
    }
  }
});
