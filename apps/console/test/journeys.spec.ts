import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import OpenAI from 'openai';
import type { Page } from 'playwright-core';

import { act, railOf, Stage, type Person } from './stage.js';
import { CHROMIUM, type WatchedPage } from './watched-page.js';

const person = (name: string): Person => ({
  name,
  email: `${name.split(' ')[0]?.toLowerCase()}@example.com`,
  password: `${name} knows a long one`,
});
const OPERATOR = person('Olga Operator');
const ADMIN = person('Adam Admin');
const DEVELOPER = person('Dora Developer');
const FINANCE = person('Fina Finance');
const VIEWER = person('Vera Viewer');

const MODEL = 'sandbox/echo';
const SEEN_BY_ALL = ['Overview', 'Requests', 'Models', 'Keys', 'Projects', 'Members', 'Budgets & alerts', 'Waste'];

(CHROMIUM === undefined ? describe.skip : describe)('people in the console', () => {
  let stage: Stage;
  let operator: WatchedPage;
  let admin: WatchedPage;

  beforeAll(async () => {
    stage = await Stage.set({}, ['nobody@example.com']);
    operator = await stage.setUp(OPERATOR);
  }, 150_000);

  afterAll(() => stage.strike());

  async function invite(page: Page, email: string, role: string): Promise<void> {
    await page.goto(stage.address('/members'));
    await page.getByRole('button', { name: 'Invite', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('E-mail').fill(email);
    await dialog.getByRole('radio', { name: new RegExp(`^${role}`) }).check();
    await dialog.getByRole('button', { name: 'Send invitation' }).click();
    await page.getByRole('dialog', { name: `Invitation for ${email}` }).waitFor();
  }

  async function expectForbidden(page: Page, address: string): Promise<void> {
    await page.goto(stage.address(address));
    await page.getByRole('alert').getByText('You may not see this').waitFor();
  }

  const has = (page: Page, button: string): Promise<number> => page.getByRole('button', { name: button }).count();

  test('the operator sees every page, and invites by mail; a mail that comes back is told', async () => {
    const { page, complaints } = operator;
    expect(new Set(await railOf(page))).toEqual(
      new Set([
        ...SEEN_BY_ALL,
        ...['Playground', 'Billing', 'Price books', 'Plans', 'Providers', 'Routes', 'Simulator'],
        ...['Organizations', 'Reviews', 'Self-audit', 'Settings'],
      ]),
    );
    await invite(page, ADMIN.email, 'admin');
    await page.getByText(`The link has been mailed to ${ADMIN.email}.`).waitFor();
    await invite(page, 'nobody@example.com', 'viewer');
    await page.getByText('The mail server did not take the mail.').waitFor();
    await stage.picture(page, 'invitation-failed');
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByText('The mail could not be delivered').waitFor();
    await act(page, 'nobody@example.com', 'Revoke');
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('has been revoked').waitFor();
    // whom only an owner or the operator can make: finance
    await invite(page, FINANCE.email, 'finance');
    expect(complaints).toEqual([]);
  }, 120_000);

  test('an admin makes projects and invites, gives no role beyond their own, and sees no ledger', async () => {
    admin = await stage.accept(ADMIN);
    const { page, complaints } = admin;
    expect(new Set(await railOf(page))).toEqual(
      new Set([...SEEN_BY_ALL, 'Playground', 'Providers', 'Routes', 'Simulator', 'Settings']),
    );
    await page.getByRole('link', { name: 'Providers' }).click();
    await page.getByRole('button', { name: 'Add credential' }).first().waitFor();
    await page.getByRole('link', { name: 'Projects' }).click();
    await page.getByRole('button', { name: 'Create project' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Support bot');
    await dialog.getByLabel('Cost centre').fill('4711');
    await dialog.getByLabel('Budget per month, USD').fill('a lot');
    await dialog.getByRole('button', { name: 'Create project' }).click();
    await dialog.getByText('Must be an amount').waitFor();
    await dialog.getByLabel('Budget per month, USD').fill('250');
    await dialog.getByLabel('Requests per minute').fill('600');
    await stage.picture(page, 'project-create');
    await dialog.getByRole('button', { name: 'Create project' }).click();
    await page.getByText('Support bot has been created.').waitFor();
    await act(page, 'Support bot', 'Edit');
    await dialog.getByLabel('Cost centre').fill('4712');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('cell', { name: '4712' }).waitFor();
    await stage.picture(page, 'projects');

    await invite(page, DEVELOPER.email, 'viewer');
    await page.getByRole('button', { name: 'Close' }).click();
    await invite(page, VIEWER.email, 'viewer');
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Invite', exact: true }).click();
    const offered = await page.getByRole('dialog').getByRole('radio').count();
    // admin, developer, viewer: neither owner nor finance
    expect(offered).toBe(3);
    await stage.picture(page, 'invite');
    await page.keyboard.press('Escape');
    await expectForbidden(page, '/billing');
    await page.getByText('Your role here is admin').waitFor();
    expect(complaints).toEqual([]);
  }, 120_000);

  test('a developer, whose role was raised, makes a key of their own, and calls with it', async () => {
    const developer = await stage.accept(DEVELOPER);
    const { page } = admin;
    await page.goto(stage.address('/members'));
    await stage.picture(page, 'members');
    await act(page, DEVELOPER.name, 'Change role');
    await page.getByRole('radio', { name: /^developer/ }).check();
    await page.getByRole('dialog').getByRole('button', { name: 'Change role' }).click();
    await page.getByText(`${DEVELOPER.name} is now developer.`).waitFor();

    await developer.page.goto(stage.address('/keys'));
    expect(new Set(await railOf(developer.page))).toEqual(
      new Set([...SEEN_BY_ALL, 'Playground', 'Routes', 'Simulator']),
    );
    await developer.page.getByRole('link', { name: 'Create key' }).first().click();
    await developer.page.getByLabel('Name').fill('notebook');
    await developer.page.getByLabel('Only these').check();
    const models = developer.page.getByRole('combobox', { name: 'Models' });
    await models.fill('sandbox/*');
    await models.press('Enter');
    await models.fill('gpt-17');
    await models.press('Enter');
    await developer.page.getByText('gpt-17 matches no model that can be called now.').waitFor();
    const tags = developer.page.getByRole('combobox', { name: 'Tags' });
    await tags.fill('research');
    await tags.press('Enter');
    await stage.picture(developer.page, 'key-create');
    await developer.page.getByRole('button', { name: 'Create key' }).click();
    const secret = (await developer.page.getByTestId('secret').textContent()) ?? '';
    const client = new OpenAI({ baseURL: `${stage.product.origin}/v1`, apiKey: secret, maxRetries: 0 });
    await client.chat.completions.create({ model: MODEL, messages: [{ role: 'user', content: 'What is a toll?' }] });
    await developer.page.getByText('The first request has arrived').waitFor();

    await developer.page.getByRole('link', { name: 'Open the key' }).click();
    await developer.page.getByRole('link', { name: 'Edit' }).click();
    const addresses = developer.page.getByRole('combobox', { name: 'Addresses it works from' });
    await addresses.fill('127.0.0.0/8,');
    await developer.page.getByRole('button', { name: 'Save' }).click();
    await developer.page.getByText('notebook has been saved.').waitFor();
    await developer.page.getByText('127.0.0.0/8').waitFor();
    await stage.picture(developer.page, 'key');
    await expectForbidden(developer.page, '/settings');
    // what is not theirs they may look at
    await developer.page.goto(stage.address('/keys'));
    await developer.page.getByRole('link', { name: /quickstart|Default|first/i }).click();
    await developer.page.getByRole('heading', { name: 'Secrets' }).waitFor();
    expect([await has(developer.page, 'Rotate'), await has(developer.page, 'Revoke')]).toEqual([0, 0]);
    expect(developer.complaints).toEqual([]);
    await developer.page.context().close();
  }, 120_000);

  test('an admin manages everybody’s keys: one is rotated, and its old secret works for a while', async () => {
    const { page } = admin;
    await page.goto(stage.address('/keys?owner=me'));
    await page.getByText('You own no key yet').waitFor();
    await page.goto(stage.address('/keys'));
    await page.getByRole('link', { name: /notebook/ }).click();
    await page.getByRole('button', { name: 'Rotate' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Issue new secret' }).click();
    await page.getByTestId('secret').waitFor();
    const secrets = page.getByRole('table', { name: 'Secrets' });
    await secrets.getByText('until it is replaced').waitFor();
    expect(await secrets.getByText(/until \d/).count()).toBe(1);
    await stage.picture(page, 'key-rotated');
    expect(admin.complaints).toEqual([]);
  }, 120_000);

  test('finance reads the books and changes nothing', async () => {
    const { page, complaints } = await stage.accept(FINANCE);
    expect(new Set(await railOf(page))).toEqual(new Set([...SEEN_BY_ALL, 'Billing']));
    await page.getByRole('button', { name: 'Export' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download' }).click();
    expect((await download).suggestedFilename()).toMatch(/\.csv$/);
    // the address of before leads on
    await page.goto(stage.address('/ledger'));
    await page.getByRole('heading', { name: 'Billing' }).waitFor();
    await page.getByText('Transactions').first().waitFor();
    expect(await has(page, 'Add credit')).toBe(0);
    await page.goto(stage.address('/keys'));
    await page.getByRole('link', { name: /notebook/ }).click();
    await page.getByRole('heading', { name: 'notebook' }).waitFor();
    expect(await has(page, 'Rotate')).toBe(0);
    for (const address of ['/playground', '/keys/create', '/providers', '/settings']) {
      await expectForbidden(page, address);
    }
    expect(complaints).toEqual([]);
    await page.context().close();
  }, 120_000);

  test('a viewer looks, and is removed by name', async () => {
    const { page, complaints } = await stage.accept(VIEWER);
    expect(new Set(await railOf(page))).toEqual(new Set(SEEN_BY_ALL));
    await page.goto(stage.address('/members'));
    await page.getByRole('cell', { name: new RegExp(VIEWER.name) }).waitFor();
    expect([await has(page, 'Invite'), await has(page, 'Actions')]).toEqual([0, 0]);
    await expectForbidden(page, '/billing');
    await stage.picture(page, 'forbidden');
    expect(complaints).toEqual([]);

    await admin.page.goto(stage.address('/members'));
    await act(admin.page, VIEWER.name, 'Remove');
    await admin.page.getByText('They own no live API key here.').waitFor();
    await stage.picture(admin.page, 'member-remove');
    await admin.page.getByRole('button', { name: `Remove ${VIEWER.name}` }).click();
    await admin.page.getByText(`${VIEWER.name} has been removed.`).waitFor();
    await page.goto(stage.address('/'));
    await page.getByText('You belong to no organization').waitFor();
    await stage.picture(page, 'no-organization');
    await page.context().close();
  }, 120_000);

  test('who is in two organizations switches between them, with a role in each', async () => {
    await stage.product.manage('POST', '/organizations', { name: 'Second House', slug: 'second-house' });
    const { page } = operator;
    await page.goto(stage.address('/members'));
    await page.getByRole('combobox', { name: 'Organization' }).click();
    await page.getByRole('option', { name: 'Second House' }).click();
    await page.getByText('Nobody belongs to this organization yet').waitFor();
    await page.getByRole('button', { name: 'Invite', exact: true }).click();
    await page.getByLabel('E-mail').fill(ADMIN.email);
    await page.getByRole('radio', { name: /^finance/ }).check();
    await page.getByRole('button', { name: 'Send invitation' }).click();
    await page.getByText('The link has been mailed').waitFor();

    const link = await stage.mailbox.linkFor(ADMIN.email, '/invitation');
    // in a browser where they are not signed in yet: the way there leads back
    const elsewhere = await stage.enter(link);
    await elsewhere.page.getByRole('link', { name: 'Sign in' }).click();
    await stage.identify(elsewhere.page, ADMIN);
    await elsewhere.page.getByRole('heading', { name: 'Join Second House' }).waitFor();
    await elsewhere.page.context().close();

    await admin.page.goto(stage.address(link));
    await admin.page.getByRole('heading', { name: 'Join Second House' }).waitFor();
    await stage.picture(admin.page, 'invitation-accept');
    await admin.page.getByRole('button', { name: 'Join' }).click();
    await admin.page.getByRole('heading', { name: 'Overview' }).waitFor();
    await admin.page.getByRole('combobox', { name: 'Organization' }).click();
    await admin.page.getByRole('option', { name: /Second House/ }).click();
    // the whole page is another's now: what is clicked before it stands is gone
    await admin.page.getByRole('combobox', { name: 'Organization' }).getByText('Second House').waitFor();
    await admin.page.getByRole('heading', { name: 'Overview' }).waitFor();
    await admin.page.getByRole('link', { name: 'Billing' }).click();
    await admin.page.getByRole('heading', { name: 'Billing' }).waitFor();
    expect(await railOf(admin.page)).not.toContain('Settings');
    await stage.picture(admin.page, 'second-organization');
    expect(admin.complaints).toEqual([]);

    await admin.page.goto(stage.address('/?organization=org_00000000000000000000000000'));
    await admin.page.getByText('This organization does not exist, or you are no member of it').waitFor();
  }, 120_000);

  test('the members page and its dialog go by keyboard', async () => {
    const { page } = operator;
    await page.goto(stage.address('/members'));
    await page.getByRole('table', { name: 'People' }).waitFor();
    await tabTo(page, 'Invite');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.type('keyboard@example.com');
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowUp');
    await tabTo(page, 'Send invitation');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Invitation for keyboard@example.com' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await tabTo(page, 'Actions for keyboard@example.com');
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Send again' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(operator.complaints).toEqual([]);
  }, 120_000);
});

const MOST_TABS = 60;

/** Tabs on until a button has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  const reached = page.getByRole('button', { name, exact: true }).and(page.locator(':focus'));
  for (let tabs = 0; tabs < MOST_TABS; tabs++) {
    await page.keyboard.press('Tab');
    if ((await reached.count()) > 0) return;
  }
  throw new Error(`${name} cannot be reached by Tab`);
}
