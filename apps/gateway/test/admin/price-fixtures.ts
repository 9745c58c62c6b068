import { inTransaction, publishImportedPrices, type NewPrice } from '@tollgate/database';
import { newId } from '@tollgate/domain';
import type { WorldApi } from './admin-api.js';

const PICOS = 1_000_000_000_000n;

export function newPrice(meter: NewPrice['meter'], dollars: bigint): NewPrice {
  return {
    provider: 'openai',
    model: 'gpt-4o',
    meter,
    serviceTier: '*',
    region: '*',
    fromTokens: 0,
    timeWindow: '*',
    amountPicos: dollars * PICOS,
    per: 1_000_000,
    effectiveFrom: Date.UTC(2020, 0),
    effectiveTo: null,
  };
}

/** Drafts, corrections and a difference of prices, each in a state in which it can be acted upon. */
export async function createPricing(api: WorldApi, defaultPriceBookId: string) {
  const { id: sparePriceBookId } = await api.ok('createPriceBook', { body: { name: 'Spare' } });
  const params = { priceBookId: sparePriceBookId };
  const { id: priceDraftId } = await api.ok('createPriceDraft', { params, body: { name: 'First' } });
  const { id: spareDraftId } = await api.ok('createPriceDraft', { params, body: { name: 'Second' } });
  await api.ok('requestPricePreview', { params: { priceDraftId: spareDraftId } });
  const body = { from: new Date(Date.now() - 60_000).toISOString(), to: '2030-01-01T00:00:00Z', reason: 'Wrong price' };
  const { id: priceCorrectionId } = await api.ok('createPriceCorrection', { body });
  const { id: spareCorrectionId } = await api.ok('createPriceCorrection', { body });
  await api.database.pool.query(`UPDATE price_correction SET state = 'computed' WHERE id = $1`, [priceCorrectionId]);
  const priceDifferenceId = await raisePriceDifference(api, defaultPriceBookId);
  return { sparePriceBookId, priceDraftId, spareDraftId, priceCorrectionId, spareCorrectionId, priceDifferenceId };
}

/** As an import raises it that would change a price about which its sources disagree. */
async function raisePriceDifference(api: WorldApi, bookId: string): Promise<string> {
  const published = { ...newPrice('input', 1n), model: newId('price') };
  const { model } = published;
  const source = { source: 'first', per: 1_000_000 };
  const imported = {
    bookId,
    source: model,
    publishedBy: 'test',
    disagreements: [
      {
        ...{ provider: 'openai', model, meter: 'input' as const },
        first: { ...source, amountPicos: 9_000_000_000_000n },
        second: { ...source, source: 'second', amountPicos: 8_000_000_000_000n },
      },
    ],
  };
  await inTransaction(api.database.pool, 'READ COMMITTED', async (client) => {
    await publishImportedPrices(client, { ...imported, disagreements: [], prices: [published] });
    await publishImportedPrices(client, { ...imported, prices: [{ ...published, amountPicos: 9_000_000_000_000n }] });
  });
  const { rows } = await api.database.pool.query<{ id: string }>(
    `SELECT id FROM review_item WHERE kind = 'price_difference' AND details ->> 'model' = $1`,
    [model],
  );
  return rows[0]?.id ?? '';
}
