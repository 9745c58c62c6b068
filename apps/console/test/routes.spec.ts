import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ApiKey, Deployment, IssuedApiKey, Organization, Project, ProviderCredential } from '@tollgate/wire';
import OpenAI from 'openai';
import type { Page } from 'playwright-core';

import { FakeProvider } from './fake-provider.js';
import { act, Stage, type Person } from './stage.js';
import { CHROMIUM, type WatchedPage } from './watched-page.js';

const OPERATOR: Person = { name: 'Rosa Router', email: 'rosa@example.com', password: 'every road leads somewhere' };
const MODEL = 'gpt-4o-mini';
const ALIAS = 'second-house';
const PATIENCE_MS = 30_000;

(CHROMIUM === undefined ? describe.skip : describe)('routing in the console', () => {
  let provider: FakeProvider;
  let second: FakeProvider;
  let stage: Stage;
  let operator: WatchedPage;
  let organization: Organization;
  let key: IssuedApiKey;

  beforeAll(async () => {
    provider = await FakeProvider.start();
    second = await FakeProvider.start();
    stage = await Stage.set(provider.environment);
    operator = await stage.setUp(OPERATOR);
    const { product } = stage;
    [organization] = (await product.manage<{ data: [Organization] }>('GET', '/organizations')).data;
    const projects = await product.manage<{ data: Project[] }>('GET', `/organizations/${organization.id}/projects`);
    key = await product.manage('POST', `/projects/${projects.data[0]?.id}/api-keys`, {
      name: 'caller',
      modelAllowlist: ['*'],
    });
    const { id } = await product.manage<ProviderCredential>('POST', '/provider-credentials', {
      provider: 'openai',
      name: 'second account',
      baseUrl: second.environment['OPENAI_BASE_URL'],
      secret: FakeProvider.apiKey,
    });
    await product.manage<Deployment>('POST', '/deployments', {
      providerCredentialId: id,
      model: ALIAS,
      upstreamModel: MODEL,
    });
  }, 150_000);

  afterAll(async () => {
    await stage.strike();
    await provider.stop();
    await second.stop();
  });

  const open = (address: string) => operator.page.goto(stage.address(address));

  /** Asks until the gateway knows the route; answers the id of the request. */
  async function ask(model: string): Promise<string> {
    const client = new OpenAI({ baseURL: `${stage.product.origin}/v1`, apiKey: key.secret, maxRetries: 0 });
    for (const deadline = Date.now() + PATIENCE_MS; ; await sleep(100)) {
      try {
        const { response } = await client.chat.completions
          .create({ model, messages: [{ role: 'user', content: 'What is a toll?' }] })
          .withResponse();
        return response.headers.get('x-request-id') ?? '';
      } catch (error) {
        if (Date.now() > deadline) throw error;
      }
    }
  }

  /** Usage is booked a moment after the answer. */
  async function openRequest(page: Page, id: string): Promise<void> {
    for (const deadline = Date.now() + PATIENCE_MS; ; await sleep(200)) {
      await page.goto(stage.address(`/requests/${id}/show`));
      await page.locator('main h1').waitFor();
      if ((await page.getByRole('region', { name: 'Attempts' }).count()) > 0) return;
      if (Date.now() > deadline) throw new Error(`${id} is not booked`);
    }
  }

  test('a route is created, which says what it means', async () => {
    const { page, complaints } = operator;
    await open('/routes');
    await page.getByText('No routes yet').waitFor();
    await stage.picture(page, 'routes-empty');
    await page.getByRole('link', { name: 'Create route' }).first().click();
    await page.getByRole('button', { name: 'Create route' }).click();
    await page.getByText('Name a model.').waitFor();
    await page.getByLabel('Name').fill('house-fast');
    await page.getByRole('combobox', { name: 'Strategy' }).click();
    await page.getByRole('option', { name: /^Priority/ }).click();
    await page.getByRole('combobox', { name: 'Model', exact: true }).fill(ALIAS);
    await page.getByRole('button', { name: 'Add target' }).click();
    await page.getByRole('combobox', { name: 'Model', exact: true }).nth(1).fill('no-such-model');
    await page.getByLabel('From input tokens').nth(1).fill('4000');
    await stage.picture(page, 'route-create');
    await page.getByRole('button', { name: 'Create route' }).click();
    // the API knows what is served
    await page
      .getByRole('alert')
      .filter({ hasText: 'no-such-model' })
      .or(page.getByText(/served by no/))
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Remove target 2' }).click();
    await page.getByRole('button', { name: 'Add target' }).click();
    await page.getByRole('combobox', { name: 'Model', exact: true }).nth(1).fill(MODEL);
    await page.getByRole('button', { name: 'Create route' }).click();
    await page.getByText('house-fast has been created.').waitFor();
    await page.getByRole('heading', { name: 'house-fast' }).waitFor();
    await stage.picture(page, 'route');
    await page.getByRole('link', { name: 'Edit' }).click();
    await page.getByLabel('Canary model').waitFor();
    await page.getByLabel('Until the first token, ms').fill('20000');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('house-fast has been saved.').waitFor();
    await page.getByText('20 s').waitFor();
    // one of every organization is the operator's to see
    await stage.product.manage('POST', '/routes', { name: 'for-all', targets: [{ model: MODEL }] });
    await open('/routes');
    await page.getByRole('cell', { name: 'Priority' }).waitFor();
    await page.getByRole('row', { name: /for-all.*every organization/ }).waitFor();
    await stage.picture(page, 'routes');
    expect(complaints.filter((complaint) => !complaint.startsWith('400') && !complaint.includes('400'))).toEqual([]);
    complaints.length = 0;
  }, 150_000);

  test('the simulator says where a request would go, and a drained deployment gets none', async () => {
    const { page, complaints } = operator;
    await open('/simulator');
    await page.getByText('Nothing asked yet').waitFor();
    await stage.picture(page, 'simulator-empty');
    await page.getByRole('combobox', { name: 'Model or route' }).fill('house-fast');
    await page.getByRole('button', { name: 'Simulate' }).click();
    await page.getByText(`It would go to openai · ${MODEL}`).waitFor();
    await stage.picture(page, 'simulator');

    await open('/providers');
    await act(page, ALIAS, 'Drain');
    await page.getByText('gets nothing new, until you resume it.').waitFor();
    await page
      .getByText(`Nothing else serves ${ALIAS}`)
      .or(page.getByText(`goes on serving ${ALIAS}`))
      .first()
      .waitFor();
    await stage.picture(page, 'drain');
    await page.getByRole('dialog').getByRole('button', { name: 'Drain' }).click();
    await page.getByRole('row', { name: new RegExp(`${ALIAS}.*Drained`) }).waitFor();
    await stage.picture(page, 'providers-live');

    await open('/simulator?model=house-fast');
    await page.getByText('Left out: drained').waitFor();
    await stage.picture(page, 'simulator-drained');
    await page.getByRole('combobox', { name: 'Model or route' }).fill('nobody-serves-this/at-all');
    await page.getByRole('button', { name: 'Where it may go' }).click();
    await page.getByRole('combobox', { name: 'Regions' }).fill('mars,');
    await page.getByRole('button', { name: 'Simulate' }).click();
    await page
      .getByRole('status')
      .filter({ hasText: /Nowhere|every candidate is left out/ })
      .waitFor();
    expect(complaints.filter((complaint) => !complaint.includes('404'))).toEqual([]);
    complaints.length = 0;
  }, 150_000);

  test('a request tells its route, with what it would have cost elsewhere', async () => {
    const { page, complaints } = operator;
    const id = await ask('house-fast');
    await openRequest(page, id);
    const card = page.getByRole('region', { name: 'Route', exact: true });
    await card.getByRole('link', { name: 'house-fast' }).waitFor();
    await card.getByText('chosen').waitFor();
    await card.getByText('Left out: drained').waitFor();
    await card.getByText('$0.000151').first().waitFor();
    await stage.picture(page, 'request-route');
    await open('/providers');
    await act(page, ALIAS, 'Resume');
    await page.getByText(`${ALIAS} is asked again.`).waitFor();
    expect(complaints).toEqual([]);
  }, 150_000);

  test('a budget gets a ladder, and is raised for a while', async () => {
    const { page, complaints } = operator;
    await open('/settings');
    const limits = page.getByRole('region', { name: 'Limits' });
    await limits.getByLabel('Budget per month, USD').fill('100');
    await limits.getByRole('button', { name: 'Add a step' }).click();
    await limits.getByRole('button', { name: 'Add a step' }).click();
    await limits.getByLabel('Percent used').nth(1).fill('95');
    await limits.getByRole('combobox', { name: 'Then' }).nth(1).click();
    await page.getByRole('option', { name: /^Let few requests/ }).click();
    await limits.getByLabel('Requests a minute').nth(1).fill('6');
    await stage.picture(page, 'ladder');
    await limits.getByRole('button', { name: 'Set limits' }).click();
    const budget = page.getByRole('region', { name: 'Budget' });
    await budget.getByText('Above 95 %: 6 requests a minute').waitFor();
    await budget.getByRole('button', { name: 'Raise the budget' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('More, USD').fill('0');
    await dialog.getByLabel('Reason').fill('Launch week');
    await dialog.getByRole('button', { name: 'Raise the budget' }).click();
    await dialog.getByText('Must be an amount above 0').waitFor();
    await dialog.getByLabel('More, USD').fill('25');
    await stage.picture(page, 'raise');
    await dialog.getByRole('button', { name: 'Raise the budget' }).click();
    await budget.getByRole('cell', { name: 'Launch week' }).waitFor();
    await stage.picture(page, 'budget');
    await budget.getByRole('button', { name: 'End the raise of $25.00 now' }).click();
    await dialog.getByRole('button', { name: 'End now' }).click();
    await page.getByText('The raise has ended.').waitFor();
    await budget.getByText('None.').waitFor();
    expect(complaints).toEqual([]);
  }, 150_000);

  test('a key is kept to regions, which are folded away until they are needed', async () => {
    const { page, complaints } = operator;
    await open(`/keys/${key.id}`);
    await page.getByRole('button', { name: 'Routing' }).click();
    await page.getByRole('combobox', { name: 'Regions' }).fill('eu-central-1,');
    await page.getByLabel('Only engines in the house').check();
    await stage.picture(page, 'key-routing');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('regions eu-central-1, in the house only').waitFor();
    await stage.picture(page, 'key-constraints');
    const { constraints } = await stage.product.manage<ApiKey>('GET', `/api-keys/${key.id}`);
    expect(constraints).toEqual({ regions: ['eu-central-1'], residency: 'local-only' });
    expect(complaints).toEqual([]);
  }, 150_000);

  test('what tollgate.yaml describes says so, and has nothing to edit; a route is deleted after what follows', async () => {
    const { page, complaints } = operator;
    await stage.product.manage('PUT', '/configuration', {
      version: 1,
      routes: [{ name: 'from-file', targets: [{ model: MODEL }], organization: organization.slug }],
      limits: [{ organization: organization.slug, monthlyBudget: '50', ladder: [{ percent: 80, action: 'notify' }] }],
    });
    await open('/routes');
    await page.getByRole('link', { name: 'from-file' }).click();
    await page.getByText('This route is described by tollgate.yaml.').waitFor();
    await page.getByRole('link', { name: 'Simulate' }).waitFor();
    expect(await page.getByRole('link', { name: 'Edit' }).count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Delete' }).count()).toBe(0);
    await stage.picture(page, 'route-file');
    await open('/settings');
    await page.getByRole('region', { name: 'Limits' }).getByText('described by tollgate.yaml').waitFor();
    await stage.picture(page, 'settings-file');

    await open('/routes');
    await page.getByRole('link', { name: 'house-fast' }).click();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByText(/request(s)? named it in the last 30 days/).waitFor();
    await stage.picture(page, 'route-delete');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('house-fast has been deleted.').waitFor();
    expect(complaints).toEqual([]);
  }, 150_000);
});
