import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@tollgate/domain';
import type { Organization, Project } from '@tollgate/wire';
import OpenAI from 'openai';
import type { Page } from 'playwright-core';

import { FakeProvider } from './fake-provider.js';
import { railOf, Stage, type Person } from './stage.js';
import { CHROMIUM, type WatchedPage } from './watched-page.js';

const person = (name: string): Person => ({
  name,
  email: `${name.split(' ')[0]?.toLowerCase()}@example.com`,
  password: `${name} knows a long one`,
});
const OPERATOR = person('Olga Operator');
const SECOND = person('Sven Second');
const FINANCE = person('Fina Finance');
const MODEL = 'gpt-4o-mini';
const PROMPT = 'What does the bridge at Tollington cost?';
const PATIENCE_MS = 60_000;

(CHROMIUM === undefined ? describe.skip : describe)('the books in the console', () => {
  let provider: FakeProvider;
  let stage: Stage;
  let operator: WatchedPage;
  let second: WatchedPage;
  let finance: WatchedPage;
  let organization: Organization;
  let requestId = '';

  beforeAll(async () => {
    provider = await FakeProvider.start();
    stage = await Stage.set(provider.environment);
    operator = await stage.setUp(OPERATOR);
    second = await invited(SECOND, 'viewer');
    // whoever else runs the installation is made so where it is installed
    await stage.product.pool.query('UPDATE console_user SET operator = true WHERE email = $1', [SECOND.email]);
    finance = await invited(FINANCE, 'finance');
    const [first] = (await stage.product.manage<{ data: Organization[] }>('GET', '/organizations')).data;
    if (first === undefined) throw new Error('no organization');
    organization = await prepaid(first);
  }, 240_000);

  afterAll(async () => {
    await stage.strike();
    await provider.stop();
  });

  async function invited(who: Person, role: string): Promise<WatchedPage> {
    const { page } = operator;
    await page.goto(stage.address('/members'));
    await page.getByRole('button', { name: 'Invite', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('E-mail').fill(who.email);
    await dialog.getByRole('radio', { name: new RegExp(`^${role}`) }).check();
    await dialog.getByRole('button', { name: 'Send invitation' }).click();
    await page.getByRole('dialog', { name: `Invitation for ${who.email}` }).waitFor();
    return stage.accept(who);
  }

  async function prepaid({ id, version }: Organization): Promise<Organization> {
    const change = { billingMode: 'prepaid' };
    return stage.product.manage('PATCH', `/organizations/${id}`, change, { 'if-match': `"${version}"` });
  }

  async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
    for (const deadline = Date.now() + PATIENCE_MS; !(await holds()); await sleep(200)) {
      if (Date.now() > deadline) throw new Error(`it did not come to it: ${what}`);
    }
  }

  const says = (page: Page, text: string | RegExp): Promise<void> => page.getByText(text).first().waitFor();
  const post = async (page: Page, fields: Readonly<Record<string, string>>, kind?: string): Promise<void> => {
    await page.goto(stage.address('/billing?dialog=post'));
    const dialog = page.getByRole('dialog');
    if (kind !== undefined) {
      await dialog.getByRole('combobox', { name: 'What happens' }).click();
      await page.getByRole('option', { name: kind }).click();
    }
    for (const [label, value] of Object.entries(fields)) await dialog.getByLabel(label).fill(value);
  };
  const send = (page: Page, action: string): Promise<void> =>
    page.getByRole('dialog').getByRole('button', { name: action }).click();

  test('the operator posts a payment and gives credit away, and sees before what it does', async () => {
    const { page, complaints } = operator;
    await page.goto(stage.address('/billing'));
    await says(page, 'Requests are refused: nothing is left to spend.');
    await stage.picture(page, 'billing-empty');
    await post(page, { 'Amount, USD': '250', Reason: 'Bank transfer 4711' });
    await says(page, 'What will be posted');
    await says(page, 'A prepaid credit of $250.00 is there to be spent.');
    await stage.picture(page, 'posting');
    await send(page, 'Post');
    await says(page, 'It has been posted.');
    await post(page, { 'Amount, USD': '0.0001', Reason: 'For the outage', Expires: '2198-12-31' }, 'Give credit away');
    await says(page, 'Nothing is posted now: a credit of $0.0001 is there to be spent.');
    await send(page, 'Post');
    await says(page, 'It has been posted.');
    await page.goto(stage.address('/billing'));
    await says(page, '$250.00');
    await says(page, 'For the outage');
    expect(complaints).toEqual([]);
  }, 120_000);

  test('what is large waits for a second person, who is not the first', async () => {
    const { page } = operator;
    await page.goto(stage.address('/settings?section=installation'));
    await page.getByLabel('From how much on, USD').fill('1000');
    await page.getByRole('region', { name: 'Second person' }).getByRole('button', { name: 'Save' }).click();
    await says(page, 'The settings have been saved.');
    await stage.picture(page, 'installation');
    await post(page, { 'Amount, USD': '5000', Reason: 'Annual prepayment' });
    await says(page, 'From $1,000.00 on a second person has to approve it.');
    await send(page, 'Ask for approval');
    await says(page, 'It waits for a second person.');
    await page.goto(stage.address('/billing'));
    await says(page, 'you asked for it');
    expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
    await stage.picture(page, 'billing-pending');

    const other = second.page;
    await other.goto(stage.address('/billing'));
    await other.getByRole('button', { name: 'Approve' }).click();
    await other.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
    await says(other, 'It has been posted.');
    await says(other, '$5,250.00');
    await other.goto(stage.address('/billing?section=postings'));
    await says(other, `decided by ${SECOND.name}`);
    await stage.picture(other, 'postings');
    expect(operator.complaints).toEqual([]);
    expect(second.complaints).toEqual([]);
  }, 150_000);

  test('requests are paid by that credit, and each charge is explained down to the ledger and back', async () => {
    const { product } = stage;
    const projects = await product.manage<{ data: Project[] }>('GET', `/organizations/${organization.id}/projects`);
    const draft = { name: 'billing', modelAllowlist: [MODEL] };
    const key = await product.manage<{ secret: string }>('POST', `/projects/${projects.data[0]?.id}/api-keys`, draft);
    const client = new OpenAI({ baseURL: `${product.origin}/v1`, apiKey: key.secret });
    for (let i = 0; i < 3; i++) {
      await client.chat.completions.create({
        ...{ model: MODEL, max_tokens: 200 },
        messages: [{ role: 'user', content: PROMPT }],
      });
    }
    await until('three requests are booked', async () => {
      const { rows } = await product.pool.query<{ count: number }>('SELECT count(*)::int AS count FROM usage_event');
      return rows[0]?.count === 3;
    });
    await sealed();

    const { page, complaints } = operator;
    await page.goto(stage.address('/requests'));
    await page.getByRole('link', { name: MODEL }).last().click();
    await page.getByRole('link', { name: 'Explain this charge' }).click();
    await page.getByRole('heading', { name: `Why ${MODEL} cost this` }).waitFor();
    requestId = /req_[0-9a-z]{26}/.exec(page.url())?.[0] ?? '';
    await says(page, 'The usage that the provider reported is charged');
    await says(page, 'For the outage');
    await says(page, 'What it costs us');
    await stage.picture(page, 'charge');
    await page.getByRole('link', { name: /UTC$/ }).first().click();
    await says(page, /The sum of all 3 requests is exactly .* it ties\./);
    await stage.picture(page, 'charge-transaction');
    await page.getByRole('link', { name: 'Revenue' }).click();
    await page.getByRole('heading', { name: 'What is in this entry' }).waitFor();
    await says(page, /The sum of all 3 requests is exactly .* it ties\./);
    await page.getByRole('link', { name: MODEL }).first().click();
    await page.getByRole('heading', { name: `Why ${MODEL} cost this` }).waitFor();
    expect(complaints).toEqual([]);
  }, 150_000);

  /** The minute of the requests is over an hour ago, so that it is sealed at once. */
  async function sealed(): Promise<void> {
    const { pool } = stage.product;
    const client = await pool.connect();
    for (const statement of [
      'BEGIN',
      'LOCK TABLE usage_event',
      `UPDATE usage_accrual SET booking_minute = booking_minute - interval '1 hour'`,
      'ALTER TABLE usage_event DISABLE TRIGGER usage_event_is_immutable',
      `UPDATE usage_event SET booked_at = booked_at - interval '1 hour'`,
      'ALTER TABLE usage_event ENABLE TRIGGER usage_event_is_immutable',
      'COMMIT',
    ]) {
      await client.query(statement);
    }
    client.release();
    await until('the minute is sealed', async () => {
      const { rows } = await pool.query(`SELECT FROM ledger_transaction WHERE kind = 'usage'`);
      return rows.length > 0;
    });
  }

  test('the ledger, the grant and the period say the same', async () => {
    const { page, complaints } = operator;
    await page.goto(stage.address('/billing'));
    await says(page, 'Given away');
    await stage.picture(page, 'billing');
    await page.goto(stage.address('/billing?grants=all'));
    await page.getByRole('link', { name: /For the outage/ }).click();
    await says(page, 'What used it last');
    await stage.picture(page, 'grant');
    await page.goto(stage.address('/billing?section=ledger'));
    await says(page, 'Usage of a minute');
    await stage.picture(page, 'ledger');
    await page.goto(stage.address('/billing?section=periods'));
    await says(page, /Debits and credits are both .* it balances\./);
    await says(page, 'Payments');
    const download = page.waitForEvent('download');
    await page.getByRole('region', { name: 'Trial balance' }).getByRole('button', { name: 'CSV' }).click();
    expect((await download).suggestedFilename()).toMatch(/^trial-balance-\d{4}-\d\d\.csv$/);
    await stage.picture(page, 'periods');
    await page.getByRole('button', { name: 'Close', exact: true }).first().click();
    await says(page, 'It cannot be closed yet:');
    await stage.picture(page, 'close');
    await page.goto(stage.address('/billing?asOf=2001-01-01'));
    await says(page, /^As of/);
    await page.getByText('$0.00').first().waitFor();
    expect(complaints).toEqual([]);
  }, 150_000);

  test('what has to be looked at is worked off, and the audit turns green', async () => {
    const { page, complaints } = operator;
    const { pool } = stage.product;
    await pool.query(
      `INSERT INTO review_item (id, kind, subject, organization_id, amount, details) VALUES
       ($1, 'gateway_crashed', $3, $4, 0.0012, '{"requestedModel": "gpt-4o-mini"}'),
       ($2, 'unpriced', 'openai/gpt-9', NULL, NULL, '{"requestId": "req_x"}')`,
      [newId('reviewItem'), newId('reviewItem'), requestId, organization.id],
    );
    await pool.query('INSERT INTO usage_quarantine (digest, payload, reason) VALUES ($1, $2, $3)', [
      ...[createHash('sha256').update('nonsense').digest(), 'nonsense', 'it is no JSON'],
    ]);
    await page.goto(stage.address('/reviews'));
    await says(page, 'Estimated after a crash');
    await says(page, 'To look at (2)');
    await stage.picture(page, 'reviews');
    await page.getByRole('button', { name: /Model without a price/ }).click();
    await page
      .getByRole('row', { name: /openai.gpt-9/ })
      .getByRole('button', { name: 'Resolve' })
      .click();
    await page.getByLabel('What came of it').fill('A price has been set');
    await stage.picture(page, 'review-resolve');
    await page.getByRole('dialog').getByRole('button', { name: 'Resolve' }).click();
    await says(page, 'It has been resolved.');
    await page.goto(stage.address('/self-audits'));
    await page.getByRole('button', { name: 'Audit now' }).click();
    await says(page, '1 finding');
    await says(page, 'Quarantine is empty');
    await stage.picture(page, 'audit-red');

    await page.goto(stage.address('/reviews?section=quarantine'));
    await says(page, 'no usage event');
    await stage.picture(page, 'quarantine');
    await page.getByRole('button', { name: /^Actions for quar_/ }).click();
    await page.getByRole('menuitem', { name: 'Dismiss' }).click();
    await page.getByLabel('What came of it').fill('Written by a test');
    await page.getByRole('dialog').getByRole('button', { name: 'Dismiss' }).click();
    await says(page, 'It has been dismissed.');
    await page.goto(stage.address('/self-audits'));
    await page.getByRole('button', { name: 'Audit every event' }).click();
    await says(page, 'The books agree');
    await stage.picture(page, 'audit-green');
    expect(complaints).toEqual([]);
  }, 150_000);

  test('finance sees the money and no prompts, and changes nothing', async () => {
    const { page, complaints } = finance;
    expect(await railOf(page)).toContain('Billing');
    expect(await railOf(page)).not.toContain('Reviews');
    for (const address of [
      '/billing',
      '/billing?section=ledger',
      '/billing?section=postings',
      '/billing?section=periods',
      `/charges/${requestId}`,
      `/requests/${requestId}/show`,
    ]) {
      await page.goto(stage.address(address));
      await page.locator('main h1').waitFor();
      while ((await page.locator('.MuiSkeleton-root').count()) > 0) await sleep(50);
      const shown = await page.locator('main').textContent();
      for (const secret of [PROMPT, 'Provider cost', 'Margin', 'What it costs us']) {
        expect({ address, tells: shown?.includes(secret) }).toEqual({ address, tells: false });
      }
      for (const name of ['Add credit, adjust …', 'Approve', 'Close']) {
        expect(await page.getByRole('button', { name, exact: true }).count()).toBe(0);
      }
    }
    await page.goto(stage.address(`/charges/${requestId}`));
    await says(page, 'For the outage');
    await stage.picture(page, 'charge-finance');
    for (const address of ['/reviews', '/self-audits', '/settings']) {
      await page.goto(stage.address(address));
      await page.getByRole('alert').getByText('You may not see this').waitFor();
    }
    expect(complaints).toEqual([]);
  }, 150_000);
});
