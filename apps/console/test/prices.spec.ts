import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@tollgate/domain';
import type { Organization, Page as Listed, PriceBook, Project } from '@tollgate/wire';
import type { Page } from 'playwright-core';

import { writeHistory } from './history.js';
import { Stage, type Person } from './stage.js';
import { CHROMIUM, type WatchedPage } from './watched-page.js';

const OPERATOR: Person = { name: 'Olga Operator', email: 'olga@example.com', password: 'Olga knows a long one' };
const PATIENCE_MS = 60_000;

(CHROMIUM === undefined ? describe.skip : describe)('price books in the console', () => {
  let stage: Stage;
  let operator: WatchedPage;
  let sent = 0;

  beforeAll(async () => {
    stage = await Stage.set({});
    operator = await stage.setUp(OPERATOR);
    sent = await traffic();
  }, 240_000);

  afterAll(async () => {
    await stage.strike();
  });

  /** Two weeks of requests, some of them for a model that nobody has a price for. */
  async function traffic(): Promise<number> {
    const { product } = stage;
    const [first] = (await product.manage<Listed<Organization>>('GET', '/organizations')).data;
    const organizationId = first?.id ?? '';
    const projects = await product.manage<Listed<Project>>('GET', `/organizations/${organizationId}/projects`);
    const projectId = projects.data[0]?.id ?? '';
    const key = await product.manage<{ id: string }>('POST', `/projects/${projectId}/api-keys`, {
      ...{ name: 'web', modelAllowlist: ['*'] },
    });
    const { rows } = await product.pool.query<{ id: string }>(
      'SELECT id FROM price_book_snapshot ORDER BY sequence DESC',
    );
    const deployment = { id: newId('deployment'), provider: 'openai', firstTokenMs: 300, tokenMs: 9 };
    const events = await writeHistory(
      product.pool,
      {
        organizationId,
        keys: [{ id: key.id, projectId, weight: 1 }],
        deployments: [
          { ...deployment, model: 'gpt-4o-mini', weight: 5 },
          { ...deployment, model: 'gpt-4o', weight: 2 },
          { ...deployment, model: 'gpt-nobody-knows', weight: 1 },
        ],
        priceSnapshotId: rows[0]?.id ?? '',
      },
      { days: 14, perDay: 40 },
    );
    await until('the history is booked', async () => {
      const booked = await product.pool.query<{ count: number }>('SELECT count(*)::int AS count FROM usage_event');
      return booked.rows[0]?.count === events;
    });
    return events;
  }

  async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
    for (const deadline = Date.now() + PATIENCE_MS; !(await holds()); await sleep(200)) {
      if (Date.now() > deadline) throw new Error(`it did not come to it: ${what}`);
    }
  }

  const says = (page: Page, text: string | RegExp): Promise<void> => page.getByText(text).first().waitFor();

  test('a draft is written, tried on real usage, and published', async () => {
    const { page, complaints } = operator;
    await page.goto(stage.address('/price-books'));
    await says(page, 'End of the chain: what providers list and we pay');
    await stage.picture(page, 'price-books');
    await page.getByRole('link', { name: 'Default' }).click();
    await says(page, 'Every price gets the markup of the book.');
    await stage.picture(page, 'price-book');

    await page.getByRole('button', { name: 'New draft' }).click();
    await says(page, 'Nothing is changed yet');
    await page.getByRole('button', { name: 'Set a rule' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Percent').fill('20');
    await dialog.getByLabel('Model').fill('gpt-4o-mini');
    await dialog.getByRole('button', { name: 'Add' }).click();
    await says(page, '+20 %');
    await page.getByRole('button', { name: 'Set a price' }).click();
    for (const [label, value] of [
      ['Provider', 'openai'],
      ['Model', 'gpt-4o'],
      ['US dollars for a million units', '1.25'],
    ] as const) {
      await dialog.getByLabel(label).fill(value);
    }
    await stage.picture(page, 'price-dialog');
    await dialog.getByRole('button', { name: 'Add' }).click();
    await says(page, '$1.25');
    await page.getByRole('button', { name: 'Try on real usage' }).click();
    // who pays more comes first: the rule raises one model by a fifth, the price lowers the other
    await page
      .getByRole('row', { name: /gpt-4o-mini/ })
      .last()
      .waitFor();
    await until('the preview is done', async () => (await page.getByRole('status').count()) === 0);
    await stage.picture(page, 'price-draft');

    await page.getByRole('button', { name: 'Publish' }).click();
    await stage.picture(page, 'price-publish');
    await page.getByRole('dialog').getByRole('button', { name: 'Publish' }).click();
    await says(page, 'The draft is published.');
    const books = await stage.product.manage<Listed<PriceBook>>('GET', '/price-books');
    expect(books.data.find(({ parentId }) => parentId === null)?.currentPublication?.sequence).toBe(2);
    expect(complaints.filter((complaint) => !complaint.includes('/preview') && !/404/.test(complaint))).toEqual([]);
  }, 150_000);

  test('what has no price gets one, and what was used without it is charged once the difference was seen', async () => {
    const { page } = operator;
    await page.goto(stage.address('/price-books?section=unpriced'));
    await says(page, 'gpt-nobody-knows');
    await stage.picture(page, 'unpriced');
    await page.getByRole('button', { name: 'Set a price' }).first().click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByLabel('Model').inputValue()).toBe('gpt-nobody-knows');
    await dialog.getByLabel('US dollars for a million units').fill('3');
    await dialog.getByRole('button', { name: 'Add' }).click();
    await says(page, '$3.00');
    await page.getByRole('button', { name: 'Publish' }).click();
    await page.getByLabel('At an instant').check();
    await page.getByLabel('Instant (this device)').fill('2026-01-01T00:00');
    await page.getByRole('dialog').getByRole('button', { name: 'Publish' }).click();
    await says(page, 'The draft is published.');

    await page.goto(stage.address('/price-books?section=corrections'));
    await says(page, 'No corrections');
    await page.getByRole('button', { name: 'New correction' }).click();
    await page.getByLabel('Reason').fill('It had no price');
    await page.getByLabel('Model').fill('gpt-nobody-knows');
    await page.getByRole('button', { name: 'Compute' }).click();
    await page.getByRole('button', { name: 'Post the difference' }).click();
    await says(page, /events get a correction/);
    await stage.picture(page, 'correction');
    await page.getByRole('dialog').getByRole('button', { name: 'Post', exact: true }).click();
    await says(page, 'booked as shown');
    await stage.picture(page, 'correction-posted');
    const { rows } = await stage.product.pool.query<{ corrected: number; kept: number }>(
      `SELECT count(*) FILTER (WHERE revision = 1)::int AS corrected, count(*) FILTER (WHERE revision = 0)::int AS kept
       FROM usage_event`,
    );
    expect(rows[0]?.kept).toBe(sent);
    expect(rows[0]?.corrected).toBeGreaterThan(0);
  }, 150_000);
});
