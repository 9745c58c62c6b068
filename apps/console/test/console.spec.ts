import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { formatPicos, parsePicos, publicRequestId } from '@tollgate/domain';
import type { Deployment, Organization, Project, UsageAnswer, UsageExportTotals } from '@tollgate/wire';
import OpenAI from 'openai';
import type { Browser, Page, Route } from 'playwright-core';

import { FakeProvider } from './fake-provider.js';
import { writeHistory } from './history.js';
import { Product } from './product.js';
import { CHROMIUM, launchChromium, openWatchedPage } from './watched-page.js';

const OWNER = { name: 'Ada Lovelace', email: 'ada@example.com', password: 'a gate with a toll' };
const MODEL = 'gpt-4o-mini';
const DESKTOP = { width: 1360, height: 900 };
const PHONE = { width: 390, height: 844 };

if (CHROMIUM === undefined) console.warn('The console is not tested: no Chromium; name one in CHROMIUM_PATH.');

(CHROMIUM === undefined ? describe.skip : describe)('the console', () => {
  let provider: FakeProvider;
  let product: Product;
  let browser: Browser;
  let screenshots: string;
  let requestId = '';
  let keyId = '';
  /** Of a request that had a choice, and a slower twin. */
  let routedId = '';

  beforeAll(async () => {
    provider = await FakeProvider.start();
    product = await Product.start(provider.environment);
    browser = await launchChromium();
    screenshots = await mkdtemp(path.join(tmpdir(), 'tollgate-console-screenshots-'));
  }, 120_000);

  afterAll(async () => {
    await browser.close();
    await product.stop();
    await provider.stop();
  });

  const open = (address: string): string => new URL(address, product.origin).href;

  async function signIn(page: Page): Promise<void> {
    await page.goto(open('/login'));
    await page.getByLabel('E-mail').fill(OWNER.email);
    await page.getByLabel('Password').fill(OWNER.password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
  }

  test('leads from the set-up link to a key, a request, its cost, and a file that adds up to it', async () => {
    const { page, complaints } = await openWatchedPage(browser, { viewport: DESKTOP });
    await page.goto(open(product.setUpPath));
    await page.getByLabel('Your name').fill(OWNER.name);
    await page.getByLabel('E-mail').fill(OWNER.email);
    await page.getByLabel('Password').fill(OWNER.password);
    await page.getByRole('button', { name: 'Create account' }).click();

    await page.getByRole('link', { name: 'Create a key' }).click();
    await page.getByLabel('Name').fill('journey');
    await page.getByLabel('Only these').check();
    await page.getByRole('combobox', { name: 'Models' }).fill(MODEL);
    await page.getByRole('option', { name: new RegExp(`^${MODEL}\\s*\\$`) }).click();
    await page.getByRole('combobox', { name: 'When a model does not know a parameter' }).click();
    await page.getByRole('option', { name: 'Leave the parameter out' }).click();
    await page.getByRole('button', { name: 'Create key' }).click();
    const secret = (await page.getByTestId('secret').textContent()) ?? '';
    expect(secret).toMatch(/^tg_[0-9A-Za-z]{38}$/);
    const { rows } = await product.pool.query(`SELECT unsupported_parameters FROM api_key WHERE name = 'journey'`);
    expect(rows).toEqual([{ unsupported_parameters: 'drop' }]);
    await expectText(page, 'Waiting for the first request');
    await expectText(page, `curl ${product.origin}/v1/chat/completions`);

    const client = new OpenAI({ baseURL: `${product.origin}/v1`, apiKey: secret });
    const answer = await client.chat.completions.create({
      model: MODEL,
      messages: [{ role: 'user', content: 'What is a toll?' }],
    });
    expect(answer.choices[0]?.message.content).toContain('metered');
    await expectText(page, 'The first request has arrived');
    await page.getByRole('link', { name: 'Open the request' }).click();

    // 176 × 0.15 + 1,024 × 0.075 + 80 × 0.60, by a million
    await page.getByRole('heading', { name: MODEL }).waitFor();
    await expectText(page, '$0.000151');
    await expectText(page, 'The provider answered and the client received the whole answer.');
    requestId = /req_[0-9a-z]{26}/.exec(page.url())?.[0] ?? '';

    await page.getByRole('link', { name: 'Overview' }).click();
    await expectText(page, '$0.000151');
    await page.getByRole('button', { name: 'Export' }).click();
    await expectText(page, '$0.0001512');
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download' }).click();
    expect((await download).suggestedFilename()).toMatch(/\.csv$/);
    expect(complaints).toEqual([]);
    await page.context().close();
  }, 120_000);

  test('moves nothing under the pointer when the rest of the key form is known', async () => {
    const { page, complaints } = await openWatchedPage(browser, { viewport: DESKTOP });
    await signIn(page);
    const held: Route[] = [];
    await page.route(
      ({ pathname }) => pathname.endsWith('/members'),
      (route) => void held.push(route),
    );
    await page.goto(open('/keys/create'));
    const choice = page.getByLabel('Only these');
    await choice.waitFor();
    const before = await choice.boundingBox();
    const owner = page.getByRole('combobox', { name: 'Owner' });
    expect(await owner.isDisabled()).toBe(true);
    for (const route of held) await route.continue();
    await owner.and(page.locator(':not([aria-disabled=true])')).waitFor();
    expect(await choice.boundingBox()).toEqual(before);
    expect(complaints).toEqual([]);
    await page.context().close();
  }, 120_000);

  test('says the same sums on the dashboard, in the file and in the books', async () => {
    const [organization] = (await product.manage<{ data: Organization[] }>('GET', '/organizations')).data;
    if (organization === undefined) throw new Error('no organization');
    keyId = await addHistory(product, organization);
    routedId = await findRouted(product);
    const { page, complaints } = await openWatchedPage(browser, { viewport: DESKTOP });
    await signIn(page);
    await page.goto(open('/?dialog=export'));
    const file = (await page.getByRole('link', { name: 'Download' }).getAttribute('href')) ?? '';
    const lines = await page.evaluate(
      async (url) => (await fetch(url)).text(),
      file.replace('format=csv', 'format=jsonl'),
    );
    const rows = lines
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { cost?: string; totals?: UsageExportTotals });
    const sum = rows.reduce((total, { cost = '0' }) => total + parsePicos(cost), 0n);
    const query = new URL(open(file)).searchParams;
    query.delete('format');
    const usage = await product.manage<UsageAnswer>('GET', `/usage?measure=cost,requests&${query.toString()}`);
    const booked = await product.pool.query<{ cost: string }>(
      'SELECT sum(billed_cost)::text AS cost FROM usage_day WHERE organization_id = $1 AND day >= $2::date AND day < $3::date',
      [organization.id, query.get('from')?.slice(0, 10), query.get('to')?.slice(0, 10)],
    );
    const total = usage.series[0]?.total['cost'];
    expect(total).toEqual({ amount: formatPicos(sum), currency: 'USD' });
    expect(rows.at(-1)?.totals?.cost).toBe(formatPicos(sum));
    expect(parsePicos(booked.rows[0]?.cost ?? '')).toBe(sum);
    await expectText(page, formatPicos(sum).replace(/0+$/, ''));
    expect(complaints).toEqual([]);
    await page.context().close();
  }, 120_000);

  test('goes anywhere from the keyboard', async () => {
    const { page, complaints } = await openWatchedPage(browser, { viewport: DESKTOP });
    await page.goto(open('/login'));
    await signIn(page);
    const goTo = async (name: string): Promise<void> => {
      await page.keyboard.press('Control+k');
      const field = page.getByRole('combobox', { name: 'Go to' });
      await field.fill(name);
      // Enter takes what is marked, which is a moment later than what is shown
      await page.locator('[role=option].Mui-focused').waitFor();
      await page.screenshot({ path: path.join(screenshots, `search-${name.slice(0, 4)}.png`) });
      await field.press('Enter');
    };
    await goTo('bill');
    await page.getByRole('heading', { name: 'Billing', level: 1 }).waitFor();
    await goTo('gpt-4o-mini');
    await page.waitForURL(/\/models\/openai%3Agpt-4o-mini\/show/);
    await goTo(requestId);
    await expectText(page, 'The provider answered and the client received the whole answer.');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Go to' }).fill('no such thing at all');
    await expectText(page, 'Nothing by that name');
    await page.keyboard.press('Escape');
    expect(complaints).toEqual([]);
    await page.context().close();
  }, 120_000);

  test('saves a chart as an image', async () => {
    const { page, complaints } = await openWatchedPage(browser, { viewport: DESKTOP, colorScheme: 'dark' });
    await page.goto(open('/login'));
    await signIn(page);
    await page.getByRole('region', { name: 'Latency' }).locator('svg.recharts-surface').first().waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Latency: Download image' }).click();
    expect((await download).suggestedFilename()).toBe('latency.png');
    await (await download).saveAs(path.join(screenshots, 'downloaded-chart.png'));
    expect(complaints).toEqual([]);
    await page.context().close();
  }, 120_000);

  test.each([
    { look: 'light', viewport: DESKTOP, colorScheme: 'light' },
    { look: 'dark', viewport: DESKTOP, colorScheme: 'dark' },
    { look: 'phone', viewport: PHONE, colorScheme: 'light' },
  ] as const)(
    'shows every page without a complaint, $look',
    async ({ look, ...options }) => {
      const { page, complaints } = await openWatchedPage(browser, options);
      await page.goto(open('/login'));
      await page.screenshot({ path: path.join(screenshots, `sign-in-${look}.png`) });
      await signIn(page);
      for (const [name, address] of pagesOf({ requestId, routedId, keyId })) {
        await page.goto(open(address));
        await page.locator('main h1').waitFor();
        while ((await page.locator('.MuiSkeleton-root').count()) > 0) await sleep(50);
        await page.screenshot({ path: path.join(screenshots, `${name}-${look}.png`), fullPage: true });
        const excess = await horizontalExcess(page);
        expect({ name, excess: Math.max(0, excess), complaints }).toEqual({ name, excess: 0, complaints: [] });
      }
      await page.context().close();
    },
    300_000,
  );

  test('revokes a key after saying what follows, and posts a credit once', async () => {
    const { page, complaints } = await openWatchedPage(browser, { viewport: DESKTOP });
    await signIn(page);
    await page.goto(open(`/keys/${keyId}/show`));
    await page.getByRole('button', { name: 'Revoke' }).click();
    await expectText(page, 'used this key in the last hour');
    await page.getByRole('button', { name: 'Revoke production' }).click();
    await expectText(page, 'The key has been revoked.');

    await page.goto(open('/billing'));
    await page.getByRole('button', { name: 'Add credit, adjust …' }).click();
    await page.getByLabel('Amount, USD').fill('0');
    await page.getByLabel('Reason').fill('Bank transfer 4711');
    const post = page.getByRole('dialog').getByRole('button', { name: 'Post' });
    await post.click();
    await expectText(page, 'Must be an amount above 0');
    await page.getByLabel('Amount, USD').fill('250');
    await expectText(page, 'What will be posted');
    await post.click();
    await expectText(page, 'It has been posted.');
    await page.getByRole('tab', { name: 'Posted by hand' }).click();
    await page.getByRole('link', { name: 'Payment' }).click();
    await expectText(page, 'Bank transfer 4711');
    expect(complaints).toEqual([]);
    await page.context().close();
  }, 150_000);

  test('hands the operator the link of an invitation where no mail server is set', async () => {
    const { page, complaints } = await openWatchedPage(browser, { viewport: DESKTOP });
    await signIn(page);
    await page.goto(open('/members'));
    await page.getByRole('button', { name: 'Invite', exact: true }).click();
    await page.getByLabel('E-mail').fill('eve@example.com');
    await page.getByRole('button', { name: 'Send invitation' }).click();
    const link = (await page.getByTestId('link').textContent()) ?? '';
    await page.screenshot({ path: path.join(screenshots, 'invitation-link.png') });
    expect(new URL(link).hash).toMatch(/^#token=tg/);
    await page.goto(open(`/invitation${new URL(link).hash}`));
    await page.getByRole('heading', { name: 'Join Default organization' }).waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  }, 120_000);

  test('refuses a wrong password in words, and knows no page that is not there', async () => {
    const { page } = await openWatchedPage(browser, { viewport: PHONE });
    await page.goto(open('/login'));
    await page.getByLabel('E-mail').fill(OWNER.email);
    await page.getByLabel('Password').fill('something else entirely');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expectText(page, 'The e-mail or the password is wrong.');
    await page.goto(open(product.setUpPath));
    await expectText(page, 'This set-up link is no longer valid');
    await signIn(page);
    await page.goto(open('/requests/req_00000000000000000000000000/show'));
    await expectText(page, 'This does not exist, or belongs to another organization');
    await expectText(page, 'Request id');
    await page.goto(open('/no-such-page'));
    await expectText(page, 'There is no such page');
    await page.context().close();
  }, 150_000);
});

/** By how many pixels the page is wider than the window. The page's own policy lets no test evaluate text in it. */
async function horizontalExcess(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  const { cssContentSize, cssLayoutViewport } = await session.send('Page.getLayoutMetrics');
  await session.detach();
  return cssContentSize.width - cssLayoutViewport.clientWidth;
}

async function expectText(page: Page, text: string): Promise<void> {
  await page.getByText(text).first().waitFor();
}

interface Ids {
  readonly requestId: string;
  readonly routedId: string;
  readonly keyId: string;
}

const pagesOf = ({ requestId, routedId, keyId }: Ids): readonly (readonly [name: string, address: string])[] => [
  ['overview', '/'],
  ['overview-today', '/?range=today&split=provider'],
  ['overview-keys', '/?range=30d&split=apiKey'],
  ['export', '/?dialog=export'],
  ['requests', '/requests'],
  ['requests-empty', '/requests?model=nothing'],
  ['request', `/requests/${requestId}/show`],
  ['request-routed', `/requests/${routedId}/show`],
  ['keys', '/keys'],
  ['key-create', '/keys/create'],
  ['key', `/keys/${keyId}/show`],
  ['models', '/models'],
  ['model', `/models/${encodeURIComponent('openai:gpt-4o')}/show`],
  ['playground', '/playground'],
  ['billing', '/billing'],
  ['billing-ledger', '/billing?section=ledger'],
  ['billing-postings', '/billing?section=postings'],
  ['billing-periods', '/billing?section=periods'],
  ['posting', '/billing?dialog=post'],
  ['charge', `/charges/${requestId}`],
  ['reviews', '/reviews'],
  ['quarantine', '/reviews?section=quarantine'],
  ['self-audits', '/self-audits'],
  ['providers', '/providers'],
  ['routes', '/routes'],
  ['route-create', '/routes/create'],
  ['simulator', '/simulator?model=gpt-4o-mini'],
  ['settings', '/settings'],
];

async function findRouted({ pool }: Product): Promise<string> {
  const { rows } = await pool.query<{ id: string }>('SELECT request_id AS id FROM usage_event WHERE part > 0 LIMIT 1');
  return publicRequestId(rows[0]?.id ?? '');
}

/** Weeks of traffic of three keys in two projects. Answers the busiest key's id once everything is booked. */
async function addHistory(product: Product, organization: Organization): Promise<string> {
  const addProject = (name: string) =>
    product.manage<Project>('POST', `/organizations/${organization.id}/projects`, { name });
  const addKey = (project: Project, name: string) =>
    product.manage<{ id: string }>('POST', `/projects/${project.id}/api-keys`, { name, modelAllowlist: ['*'] });
  const bot = await addProject('Support bot');
  const search = await addProject('Search');
  const keys = [
    { ...(await addKey(bot, 'production')), projectId: bot.id, weight: 6 },
    { ...(await addKey(bot, 'staging')), projectId: bot.id, weight: 1 },
    { ...(await addKey(search, 'reranker')), projectId: search.id, weight: 3 },
  ];
  const deployments = (await product.manage<{ data: Deployment[] }>('GET', '/deployments?limit=200')).data;
  const [snapshot] = (
    await product.pool.query<{ id: string }>('SELECT id FROM price_book_snapshot ORDER BY sequence DESC LIMIT 1')
  ).rows;
  const written = await writeHistory(
    product.pool,
    {
      organizationId: organization.id,
      keys,
      deployments: deployments
        .filter(({ model }) => ['gpt-4o', 'gpt-4o-mini', 'gpt-4.1', 'o4-mini'].includes(model))
        .map(({ id, provider, model }, index) => ({
          id,
          provider,
          model,
          weight: index + 1,
          firstTokenMs: 200 + index * 150,
          tokenMs: 6 + index * 4,
        })),
      priceSnapshotId: snapshot?.id ?? '',
    },
    { days: 30, perDay: 40 },
  );
  for (const deadline = Date.now() + 60_000; ;) {
    const { rows } = await product.pool.query<{ count: number }>('SELECT count(*)::int AS count FROM usage_event');
    if ((rows[0]?.count ?? 0) > written) return keys[0]?.id ?? '';
    if (Date.now() > deadline) throw new Error(`only ${rows[0]?.count ?? 0} of ${written} events were booked`);
    await sleep(200);
  }
}
