import { formatPicos, newId, parsePicos } from '@tollgate/domain';
import type { UsageEvent } from '@tollgate/domain';
import { createTestDatabase } from '@tollgate/testing';
import type { TestDatabase } from '@tollgate/testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import {
  carryOutRepricing,
  changePriceDraft,
  createPriceDraft,
  Database,
  decidePriceDifference,
  decidePriceDraft,
  draftFaults,
  ensureUsagePartitions,
  inTransaction,
  insertUsageInbox,
  loadHeldBook,
  loadPrices,
  lockPriceDraft,
  PRICE_DRAFT_COLUMNS,
  PRICE_PREVIEW_COLUMNS,
  PRICE_PREVIEW_LINE_COLUMNS,
  publishDraft,
  publishDueDrafts,
  publishImportedPrices,
  publishPrices,
  readPriceDifferences,
  requestPricePreview,
  UsageIngestion,
  USAGE_LANES,
} from '../src/index.js';
import type { DraftChanges, DraftPrice, PriceDraftRow, PricePreviewLine, PricePreviewRow } from '../src/index.js';
import { createTenant, inboxEvent, newPrice, newUsageEvent } from './usage-fixtures.js';
import type { Tenant } from './usage-fixtures.js';

let testDatabase: TestDatabase;
let database: Database;
let defaultBook: string;
let tenant: Tenant;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = Database.connect(testDatabase.url);
  await ensureUsagePartitions(database.pool, Date.now());
  tenant = await createTenant(database);
  defaultBook = (await database.prisma.installation.findUniqueOrThrow({ where: { id: 1 } })).defaultPriceBookId ?? '';
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

const NOTHING: DraftChanges = { setPrices: [], endPrices: [], setRules: [], endRules: [] };
const ANYTHING = { provider: '*', model: '*', meter: '*', serviceTier: '*', region: '*' } as const;

function drafted(amount: string, changes: Partial<DraftPrice> = {}): DraftPrice {
  const { provider, model, meter, serviceTier, region, fromTokens, timeWindow, per } = newPrice('gpt-4o', 'input', 0n);
  return { provider, model, meter, serviceTier, region, fromTokens, timeWindow, per, amount, ...changes };
}

const draft = (changes: Partial<DraftChanges>, priceBookId = defaultBook): Promise<PriceDraftRow> =>
  inTransaction(database.pool, 'READ COMMITTED', (client) =>
    createPriceDraft(client, { priceBookId, name: 'Draft', changes: { ...NOTHING, ...changes }, createdBy: 'test' }),
  );

async function publishNow({ id }: PriceDraftRow, effectiveAt = new Date()): Promise<string> {
  return inTransaction(database.pool, 'READ COMMITTED', async (client) => {
    const locked = (await lockPriceDraft(client, id)) as PriceDraftRow;
    return (await publishDraft(client, locked, { effectiveAt, publishedBy: 'test' })).snapshotId;
  });
}

async function faultsOf(changes: Partial<DraftChanges>, bookId = defaultBook): Promise<string[]> {
  const held = await inTransaction(database.pool, 'READ COMMITTED', (client) => loadHeldBook(client, bookId));
  return draftFaults(held, { ...NOTHING, ...changes }, Date.now()).map(({ pointer }) => pointer);
}

describe('a draft', () => {
  test('that makes no sense names each row and field', async () => {
    const rule = { ...ANYTHING, basisPoints: 5 };
    expect(await faultsOf({ setPrices: [drafted('1'), drafted('2')], setRules: [rule, rule] })).toEqual([
      '/setPrices/1',
      '/setRules/1',
    ]);
    expect(await faultsOf({ endPrices: [newId('price')], endRules: [newId('priceRule')] })).toEqual([
      '/endPrices/0',
      '/endRules/0',
    ]);
    const hours = [drafted('1', { timeWindow: '08:00-12:00' }), drafted('2', { timeWindow: '11:00-13:00' })];
    expect((await faultsOf({ setPrices: hours }))[0]).toMatch(/^\/setPrices\/[01]\/timeWindow$/);
    const tiers = [
      { ...rule, serviceTier: 'default' },
      { ...rule, serviceTier: 'standard' },
    ];
    expect(await faultsOf({ setRules: tiers })).toEqual(['/setRules/1/serviceTier']);
    expect(await faultsOf({ setPrices: [drafted('3')], setRules: [rule] })).toEqual([]);
  });

  test('is published from exactly its instant on, and changes nothing before', async () => {
    const at = new Date(Date.now() - 60_000);
    const snapshotId = await publishNow(await draft({ setPrices: [drafted('7')] }), at);
    const prices = (await loadPrices(database.pool, snapshotId)).prices.filter(
      ({ model, meter }) => model === 'gpt-4o' && meter === 'input',
    );
    expect(
      prices.map(({ amountPicos, effectiveFrom, effectiveTo }) => [amountPicos, effectiveFrom, effectiveTo]),
    ).toEqual(
      expect.arrayContaining([
        [2_500_000_000_001n, 0, at.getTime()],
        [7_000_000_000_000n, at.getTime(), null],
      ]),
    );
    expect(prices).toHaveLength(2);
  });

  test('ends prices and rules, and sets terms', async () => {
    const bookId = newId('priceBook');
    await database.prisma.priceBook.create({ data: { id: bookId, name: 'Own', parentId: defaultBook } });
    const rule = { ...ANYTHING, model: 'gpt-4o', basisPoints: 500 };
    const first = await publishNow(
      await draft({ setPrices: [drafted('9')], setRules: [rule], markupBasisPoints: 100 }, bookId),
    );
    const held = await inTransaction(database.pool, 'READ COMMITTED', (client) => loadHeldBook(client, bookId));
    const ends = { endPrices: held.prices.map(({ id }) => id), endRules: held.rules.map(({ id }) => id) };
    const second = await publishNow(await draft({ ...ends, markupBasisPoints: null }, bookId));
    const [before, after] = [await loadPrices(database.pool, first), await loadPrices(database.pool, second)];
    expect([before.terms.markupBasisPoints, before.terms.rules?.length]).toEqual([100, 1]);
    expect([after.terms.markupBasisPoints, after.terms.rules]).toEqual([0, []]);
    expect(
      after
        .sheet('openai', 'gpt-4o')
        .candidates.get('input')
        ?.some(({ effectiveTo }) => effectiveTo === Infinity),
    ).toBe(true);
  });

  test('that is scheduled is published once its instant has come, by whoever scheduled it', async () => {
    const schedule = async (changes: Partial<DraftChanges>, effectiveAt: Date): Promise<string> => {
      const { id } = await draft(changes);
      const decision = { state: 'scheduled', effectiveAt, decidedBy: 'usr_olga' } as const;
      await inTransaction(database.pool, 'READ COMMITTED', (client) => decidePriceDraft(client, id, decision));
      return id;
    };
    const at = new Date(Date.now() - 5_000);
    const due = await schedule({ setPrices: [drafted('8')] }, at);
    const later = await schedule({ setPrices: [drafted('1')] }, new Date(Date.now() + 3_600_000));
    const impossible = await schedule(
      {
        setRules: [
          { ...ANYTHING, serviceTier: 'default', basisPoints: 1 },
          { ...ANYTHING, serviceTier: 'standard', basisPoints: 2 },
        ],
      },
      at,
    );
    const published = await publishDueDrafts(database.pool);
    expect(new Map(published.map(({ id, state }) => [id, state]))).toEqual(
      new Map([
        [due, 'published'],
        [impossible, 'open'],
      ]),
    );
    const { rows } = await database.pool.query<PriceDraftRow>(
      `SELECT ${PRICE_DRAFT_COLUMNS} FROM price_draft WHERE id = ANY($1)`,
      [[due, later, impossible]],
    );
    const read = (id: string): PriceDraftRow | undefined => rows.find((row) => row.id === id);
    expect(read(due)).toMatchObject({ state: 'published', effectiveAt: at, decidedBy: 'usr_olga' });
    expect(read(later)?.state).toBe('scheduled');
    expect(read(impossible)?.failure).toMatch(/same thing/);
    const price = await database.prisma.price.findFirst({ where: { source: 'draft', retiredIn: null, amount: '8' } });
    expect(price?.effectiveFrom).toEqual(at);
    const audited = await database.prisma.auditLogEntry.findFirst({
      where: { actor: 'usr_olga', action: 'price-book.published' },
    });
    expect(audited?.resourceId).toBe(defaultBook);
    expect(await publishDueDrafts(database.pool)).toEqual([]);
  });
});

async function book(events: readonly UsageEvent[]): Promise<void> {
  await insertUsageInbox(database.pool, events.map(inboxEvent));
  const ingestion = new UsageIngestion(database.pool);
  while ((await ingestion.ingest(Array.from({ length: USAGE_LANES }, (_, lane) => lane))).claimed > 0);
}

async function preview(priceDraftId: string): Promise<{ row: PricePreviewRow | undefined; lines: PricePreviewLine[] }> {
  const requested = await inTransaction(database.pool, 'READ COMMITTED', (client) =>
    requestPricePreview(client, { draftId: priceDraftId, requestedBy: 'test' }),
  );
  await carryOutRepricing(database.pool, (_, model) => model);
  const { pool } = database;
  const [row] = (
    await pool.query<PricePreviewRow>(`SELECT ${PRICE_PREVIEW_COLUMNS} FROM price_preview WHERE id = $1`, [
      requested.id,
    ])
  ).rows;
  const lines = await pool.query<PricePreviewLine>(
    `SELECT ${PRICE_PREVIEW_LINE_COLUMNS} FROM price_preview_line WHERE price_preview_id = $1 ORDER BY model`,
    [requested.id],
  );
  return { row, lines: lines.rows };
}

describe('a preview', () => {
  test('says to the picodollar what the same usage is billed once the draft is published', async () => {
    const current = await publishNow(await draft({ setPrices: [drafted('2')] }));
    const other = await createTenant(database);
    const events = [tenant, other].flatMap((of) =>
      Array.from({ length: 150 }, () => ({ ...newUsageEvent(of), priceSnapshotId: current })),
    );
    await book(events);
    const rule = { ...ANYTHING, model: 'o4-mini', meter: 'output' as const, basisPoints: 1_234 };
    const raise = await draft({
      setPrices: [drafted('3.000000000007')],
      setRules: [rule],
      platformFeeBasisPoints: 100,
    });
    const { row, lines } = await preview(raise.id);
    expect(row).toMatchObject({ state: 'done', eventsDone: '300', failure: null });
    expect(lines.reduce((sum, { requests }) => sum + Number(requests), 0)).toBe(300);

    const published = await publishNow(raise);
    const later = events.map((event) => ({ ...newUsageEvent(tenant), ...event, priceSnapshotId: published }));
    const copies = later.map((event) => {
      const { requestId, occurredAt } = newUsageEvent(tenant, { occurredAt: Date.now() });
      return { ...event, requestId, occurredAt };
    });
    await book(copies);
    const { rows } = await database.pool.query<{ organizationId: string; model: string; billed: string }>(
      `SELECT organization_id AS "organizationId", priced_model AS model, sum(billed_cost) AS billed
       FROM usage_event WHERE request_id = ANY($1) GROUP BY 1, 2`,
      [copies.map(({ requestId }) => requestId)],
    );
    expect(rows).toHaveLength(lines.length);
    for (const { organizationId, model, billed } of rows) {
      const line = lines.find((one) => one.organizationId === organizationId && one.model === model);
      expect(`${model} ${line?.billedThen}`).toBe(`${model} ${billed}`);
    }
    expect(lines.find(({ model }) => model === 'gpt-4o-mini')).toMatchObject({ unpriced: '0' });
    for (const line of lines) {
      if (line.model === 'gpt-4o-mini') expect(line.billedThen).toBe(line.billedNow);
      else expect(parsePicos(line.billedThen)).toBeGreaterThan(parsePicos(line.billedNow));
      // a rule is our margin, a price of the default book is what we pay
      if (line.model === 'o4-mini') expect(line.costThen).toBe(line.costNow);
    }
  });

  test('reaches only the organizations whose chain has the book, and tells what would have no price', async () => {
    const own = newId('priceBook');
    await database.prisma.priceBook.create({
      data: { id: own, name: 'Own', parentId: defaultBook, organizationId: tenant.organizationId },
    });
    await publishPrices(database, { bookId: own, prices: [], source: 'test', publishedBy: 'test' });
    const held = await inTransaction(database.pool, 'READ COMMITTED', (client) => loadHeldBook(client, defaultBook));
    const mini = held.prices.filter(({ model }) => model === 'gpt-4o-mini').map(({ id }) => id);
    const { lines } = await preview((await draft({ endPrices: mini })).id);
    expect(lines.find(({ model }) => model === 'gpt-4o-mini')).toMatchObject({ billedThen: formatPicos(0n) });
    expect(lines.filter(({ unpriced }) => Number(unpriced) > 0).map(({ model }) => model)).toContain('gpt-4o-mini');
    const ofOwn = await preview((await draft({ markupBasisPoints: -1_000 }, own)).id);
    expect(new Set(ofOwn.lines.map(({ organizationId }) => organizationId))).toEqual(new Set([tenant.organizationId]));
    // below what it costs us is allowed, and shown
    for (const { billedThen, costThen } of ofOwn.lines.filter(({ model }) => model === 'gpt-4o')) {
      expect(parsePicos(billedThen)).toBeLessThan(parsePicos(costThen));
    }
  });

  test('is given up when the draft is changed', async () => {
    const { id } = await draft({});
    const { pool } = database;
    await inTransaction(pool, 'READ COMMITTED', (client) =>
      requestPricePreview(client, { draftId: id, requestedBy: 'test' }),
    );
    await inTransaction(pool, 'READ COMMITTED', (client) =>
      changePriceDraft(client, { id, name: 'x', changes: NOTHING }),
    );
    await carryOutRepricing(pool, (_, model) => model);
    const { rows } = await pool.query('SELECT state FROM price_preview WHERE price_draft_id = $1', [id]);
    expect(rows).toEqual([{ state: 'cancelled' }]);
  });
});

describe('an own credential', () => {
  test('costs us nothing, and is charged the fee on the list price whatever else was agreed', async () => {
    const owner = await createTenant(database);
    const bookId = newId('priceBook');
    const { organizationId } = owner;
    await database.prisma.priceBook.create({
      data: { id: bookId, name: 'Own', parentId: defaultBook, organizationId },
    });
    const agreed = [drafted('99', { model: 'gpt-4o-mini' })];
    const terms = { markupBasisPoints: 2_000, platformFeeBasisPoints: 500 };
    const priceSnapshotId = await publishNow(await draft({ setPrices: agreed, ...terms }, bookId));
    const event = newUsageEvent(owner, { priceSnapshotId, usage: { input: 1_000_000 } });
    const upstream = { provider: 'openai', deploymentId: 'dep_own', region: '*', simulated: false };
    const target = {
      ...upstream,
      upstreamModel: 'gpt-4o-mini',
      pricedModel: 'gpt-4o-mini',
      credentialOwner: 'organization' as const,
    };
    await book([{ ...event, target, capturedCost: '0.125000000000' }]);
    const { rows } = await database.pool.query(
      `SELECT e.list_cost, e.provider_cost, e.billed_cost, l.markup_basis_points
       FROM usage_event e JOIN rated_line l USING (request_id) WHERE e.organization_id = $1`,
      [organizationId],
    );
    // 2.500000000002 dollars by the list, of which a twentieth, half-even
    expect(rows).toEqual([
      {
        list_cost: '2.500000000002',
        provider_cost: '0.000000000000',
        billed_cost: '0.125000000000',
        markup_basis_points: -9_500,
      },
    ]);
    const accrued = await database.pool.query<{ account: string; amount: string }>(
      'SELECT account, amount FROM usage_accrual WHERE organization_id = $1 ORDER BY account',
      [organizationId],
    );
    expect(accrued.rows).toEqual([
      { account: 'receivable', amount: '0.125000000000' },
      { account: 'revenue', amount: '-0.125000000000' },
    ]);
  });
});

describe('two sources that disagree', () => {
  const price = (model: string, amountPicos: bigint) => newPrice(model, 'input', amountPicos, { per: 1_000_000 });
  const disagreement = (model: string, first: bigint, second: bigint) => ({
    ...{ provider: 'openai', model, meter: 'input' as const },
    first: { source: 'one', amountPicos: first, per: 1_000_000 },
    second: { source: 'two', amountPicos: second, per: 1_000_000 },
  });
  const amountOf = async (bookId: string, model: string): Promise<string[]> =>
    (await database.prisma.price.findMany({ where: { priceBookId: bookId, model, retiredIn: null } })).map(
      ({ amount, source }) => `${amount.toFixed(0)} ${source}`,
    );

  test.each([
    ['first', '5 list'],
    ['second', '4 review'],
    ['present', '3 review'],
  ] as const)('do not change a published price until somebody decides: %s', async (accept, expected) => {
    const bookId = newId('priceBook');
    const model = `disputed-${accept}`;
    await database.prisma.priceBook.create({ data: { id: bookId, name: 'Listed' } });
    const dollars = (amount: number): bigint => BigInt(amount) * 1_000_000_000_000n;
    const importAll = (amount: number, disagreements = [disagreement(model, dollars(amount), dollars(4))]) =>
      inTransaction(database.pool, 'READ COMMITTED', (client) =>
        publishImportedPrices(client, {
          ...{ bookId, source: 'list', publishedBy: 'bootstrap', disagreements },
          prices: [price(model, dollars(amount)), price('agreed', dollars(amount))],
        }),
      );
    const open = async () =>
      (await readPriceDifferences(database.pool, 'open')).filter(({ details }) => details.model === model);
    await importAll(3); // nothing to protect yet: published, and told
    expect([await amountOf(bookId, model), await open()]).toEqual([['3 list'], []]);
    expect((await readPriceDifferences(database.pool, 'resolved')).some(({ details }) => details.model === model)).toBe(
      true,
    );

    const event = newUsageEvent(tenant);
    const target = event.target === null ? null : { ...event.target, pricedModel: model };
    await book([{ ...event, target, usage: { input: 2_000_000 } }]);
    await importAll(5);
    await importAll(5);
    expect([await amountOf(bookId, model), await amountOf(bookId, 'agreed')]).toEqual([['3 list'], ['5 list']]);
    const [item, ...others] = await open();
    expect(others).toEqual([]);
    // two million tokens in 30 days, at two dollars more and at one
    expect(item?.details).toMatchObject({
      present: '3.000000000000',
      firstImpact: '4.000000000000',
      secondImpact: '2.000000000000',
    });
    const decision = { bookId, accept, by: 'usr_olga', source: 'list' };
    await inTransaction(database.pool, 'READ COMMITTED', (client) =>
      decidePriceDifference(client, item?.id ?? '', decision),
    );
    expect(await amountOf(bookId, model)).toEqual([expected]);
    await importAll(5);
    expect([await amountOf(bookId, model), await open()]).toEqual([[expected], []]);
    const snapshot = await database.prisma.priceBookSnapshot.findFirst({
      where: { priceBookId: bookId, publishedBy: 'usr_olga' },
    });
    expect(snapshot).not.toBeNull();
  });
});
