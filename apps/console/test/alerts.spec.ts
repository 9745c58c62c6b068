import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { raiseEach } from '@tollgate/database';
import { dayLabel, newId } from '@tollgate/domain';
import type { Organization, Project } from '@tollgate/wire';

import { FakeProvider } from './fake-provider.js';
import { Stage, type Person } from './stage.js';
import { CHROMIUM, type WatchedPage } from './watched-page.js';

const OPERATOR: Person = { name: 'Ada Alert', email: 'ada@example.com', password: 'nothing goes by unnoticed' };
const DAY_MS = 86_400_000;

(CHROMIUM === undefined ? describe.skip : describe)('alerts and waste in the console', () => {
  let provider: FakeProvider;
  let stage: Stage;
  let operator: WatchedPage;
  let organization: Organization;
  let receiver: Server;
  let hook = '';
  const received: string[] = [];

  beforeAll(async () => {
    provider = await FakeProvider.start();
    stage = await Stage.set(provider.environment);
    operator = await stage.setUp(OPERATOR);
    [organization] = (await stage.product.manage<{ data: [Organization] }>('GET', '/organizations')).data;
    receiver = createServer((request, response) => {
      received.push(String(request.headers['webhook-signature']));
      request.resume().on('end', () => response.writeHead(204).end());
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    hook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
    await writeMonth();
  }, 150_000);

  afterAll(async () => {
    receiver.close();
    await stage.strike();
    await provider.stop();
  });

  /** Four weeks of spend and waste, a budget that will not last, and an alert. */
  async function writeMonth(): Promise<void> {
    const projects = await stage.product.manage<{ data: [Project] }>(
      'GET',
      `/organizations/${organization.id}/projects`,
    );
    const projectId = projects.data[0].id;
    const { pool } = stage.product;
    for (let ago = 0; ago < 28; ago++) {
      const at = Date.now() - ago * DAY_MS;
      const day = dayLabel(at, organization.timeZone);
      const spent = 9 + (ago % 7);
      await pool.query(
        `INSERT INTO usage_day (organization_id, day, accounting_period, project_id, model, provider, outcome, requests, errors,
           input_tokens, output_tokens, cache_read_tokens, provider_cost, list_cost, billed_cost, latency, first_token)
         VALUES ($1, $2::date, left($2::text, 7), $3, 'gpt-4o', 'openai', 'success', 40, 0, 0, 0, 0, $4, $4, $4, '{}', '{}')`,
        [organization.id, day, projectId, spent],
      );
      for (const [index, kind] of ['client_left', 'prompt_cache', 'hedge_loser', 'timed_out'].entries()) {
        await pool.query(`INSERT INTO waste_day VALUES ($1, $2, $3, $4, 'key_x', $5, 'openai', $6, $7, $8)`, [
          ...[organization.id, day, kind, projectId, index % 2 === 0 ? 'gpt-4o' : 'claude-sonnet-4', 2 + index],
          ...[0.4 + index * 0.1 + (ago % 5) * 0.05, kind === 'hedge_loser' ? 0 : 0.5 + (ago % 3) * 0.07],
        ]);
      }
    }
    await pool.query(
      `INSERT INTO budget (id, organization_id, scope, scope_id, amount, updated_at) VALUES ($2, $1, 'organization', $1, 60, now())`,
      [organization.id, newId('budget')],
    );
    await pool.query(
      `INSERT INTO accounting_period (organization_id, label, starts_at, ends_at) VALUES ($1, 'now', now() - interval '3 days', now() + interval '27 days')
       ON CONFLICT DO NOTHING`,
      [organization.id],
    );
    const facts = {
      ...({ scope: 'organization', scopeId: organization.id, scopeName: organization.name } as const),
      ...{ hour: new Date().toISOString(), spent: '84.2', usual: '12.1', times: '2' },
    };
    await raiseEach(
      pool,
      [
        {
          ...({ kind: 'spend.anomaly', severity: 'critical', organizationId: organization.id } as const),
          ...{ subject: organization.id, dedupeKey: 'test', facts },
        },
      ],
      new Date(),
    );
  }

  test('shows when budgets end, what was alerted, and sends a test to a new webhook', async () => {
    const { page, complaints } = operator;
    await page.goto(stage.address('/alerts'));
    await page.getByText(/ends about/).waitFor();
    await page.getByText(/^Unusual spend of/).waitFor();
    await page.getByRole('button', { name: 'Add a channel' }).click();
    await page.getByLabel('Name').fill('On-call');
    await page.getByLabel('URL').fill(hook);
    await page.getByRole('dialog').getByRole('button', { name: 'Add a channel' }).click();
    await page.getByText(/^whsec_/).waitFor();
    await stage.picture(page, 'alert-secret');
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: 'What can be done with On-call' }).click();
    await page.getByRole('menuitem', { name: 'Send a test' }).click();
    await page.getByText('The test has arrived.').waitFor();
    expect(received.at(-1)).toMatch(/^v1,/);
    await stage.product.pool.query(
      `UPDATE alert_delivery SET state = 'dead', finished_at = now() WHERE alert_id IS NOT NULL`,
    );
    await page.goto(stage.address('/alerts'));
    await page.getByText(/ends about/).waitFor();
    await page.getByRole('cell', { name: /^Test On-call/ }).waitFor();
    await stage.picture(page, 'alerts');
    expect(complaints).toEqual([]);
  }, 120_000);

  test('shows what money bought nothing, and what to do about it', async () => {
    const { page, complaints } = operator;
    await page.goto(stage.address('/waste?range=30d'));
    await page.getByText('Prompt caches that did not pay off').first().waitFor();
    await page.getByText('claude-sonnet-4').waitFor();
    await stage.picture(page, 'waste');
    expect(complaints).toEqual([]);
  }, 120_000);
});
