import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Organization, Plan } from '@tollgate/wire';

import { FakeProvider } from './fake-provider.js';
import { act, railOf, Stage, type Person } from './stage.js';
import { CHROMIUM, type WatchedPage } from './watched-page.js';

const OPERATOR: Person = {
  name: 'Petra Planner',
  email: 'petra@example.com',
  password: 'who pays beforehand sleeps well',
};
const PATIENCE_MS = 60_000;
const OWNER: Person = { name: 'Otto Owner', email: 'otto@example.com', password: 'my house and my terms of use' };

(CHROMIUM === undefined ? describe.skip : describe)('plans and organizations in the console', () => {
  let provider: FakeProvider;
  let stage: Stage;
  let operator: WatchedPage;

  beforeAll(async () => {
    provider = await FakeProvider.start();
    stage = await Stage.set(provider.environment);
    operator = await stage.setUp(OPERATOR);
  }, 150_000);

  afterAll(async () => {
    await stage.strike();
    await provider.stop();
  });

  const open = (address: string) => operator.page.goto(stage.address(address));

  test('the operator makes a plan, and sees its terms in a line', async () => {
    const { page } = operator;
    await open('/plans');
    await page.getByText('No plans yet').waitFor();
    await stage.picture(page, 'plans-empty');
    await page.getByRole('button', { name: 'Create plan' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Starter');
    await dialog.getByLabel('Fee per month').fill('49');
    await dialog.getByLabel('Included credit per month').fill('5');
    await dialog.getByLabel('Requests per minute').fill('600');
    await stage.picture(page, 'plan-create');
    await dialog.getByRole('button', { name: 'Create plan' }).click();
    await page.getByRole('cell', { name: 'prepaid' }).waitFor();
    await page.getByRole('cell', { name: '600 requests/min' }).waitFor();
    await act(page, 'Starter', 'Edit');
    await dialog.getByLabel('Budget per month').fill('250');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('$250.00 a month').waitFor();
    await stage.picture(page, 'plans');
  }, 120_000);

  test('an organization is made on it, pays beforehand, and says so when nothing is left', async () => {
    const { page } = operator;
    const { data } = await stage.product.manage<{ data: Plan[] }>('GET', '/plans');
    await open('/organizations');
    await page.getByRole('button', { name: 'Create organization' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name', { exact: true }).fill('House of Otto');
    await dialog.getByLabel('Short name').fill('otto');
    await dialog.getByRole('combobox', { name: 'Plan' }).click();
    await page.getByRole('option', { name: 'Starter' }).click();
    await dialog.getByText('As its plan says.').waitFor();
    await stage.picture(page, 'organization-create');
    await dialog.getByRole('button', { name: 'Create organization' }).click();
    const row = page.getByRole('row').filter({ hasText: 'House of Otto' });
    await row.getByRole('cell', { name: 'Starter' }).waitFor();
    // the fee takes what the credit does not cover: the worker posts both
    const owes = row.getByText('$44.00');
    for (const deadline = Date.now() + PATIENCE_MS; (await owes.count()) === 0; await sleep(500)) {
      if (Date.now() > deadline) throw new Error('the worker does not post the terms of the plan');
      await open(`/organizations?plan=${data[0]?.id ?? ''}`);
      await row.waitFor();
      while ((await page.locator('.MuiSkeleton-root').count()) > 0) await sleep(50);
      await row.getByRole('cell', { name: /\$/ }).first().waitFor();
    }
    await stage.picture(page, 'organizations');
    const { data: organizations } = await stage.product.manage<{ data: Organization[] }>(
      'GET',
      '/organizations?slug=otto',
    );
    const id = organizations[0]?.id ?? '';
    await open(`/?organization=${id}`);
    await page.getByText('Requests are refused: nothing is left').waitFor();
    await stage.picture(page, 'overview-refused');
    await page.getByRole('link', { name: 'Open billing' }).click();
    await page.getByRole('heading', { name: 'Billing' }).waitFor();
  }, 120_000);

  test('its people see their terms, and none of the operator’s pages', async () => {
    const { data } = await stage.product.manage<{ data: Organization[] }>('GET', '/organizations?slug=otto');
    const [organization] = data;
    const invitation = { email: OWNER.email, role: 'owner' };
    await stage.product.manage('POST', `/organizations/${organization?.id ?? ''}/invitations`, invitation);
    const { page, complaints } = await stage.accept(OWNER);
    expect(await railOf(page)).not.toEqual(expect.arrayContaining(['Plans']));
    expect(await railOf(page)).not.toEqual(expect.arrayContaining(['Organizations']));
    await page.goto(stage.address('/settings'));
    const terms = page.getByRole('region', { name: 'Terms' });
    await terms.getByText('Starter').waitFor();
    await terms.getByText('$49.00').waitFor();
    await terms.getByText('600 requests/min').waitFor();
    await stage.picture(page, 'settings-terms');
    expect(complaints).toEqual([]);
  }, 120_000);

  test('an archived plan is given to nobody any more', async () => {
    const { page, complaints } = operator;
    await open('/plans');
    await act(page, 'Starter', 'Archive');
    await page.getByRole('dialog').getByRole('button', { name: 'Archive' }).click();
    await page.getByText('archived').first().waitFor();
    await open('/organizations');
    await page.getByRole('button', { name: 'Create organization' }).click();
    await page.getByRole('dialog').getByRole('combobox', { name: 'Plan' }).click();
    expect(await page.getByRole('option').allTextContents()).toEqual(['No plan']);
    expect(complaints).toEqual([]);
  }, 120_000);
});
