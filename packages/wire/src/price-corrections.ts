import { METERS } from '@tollgate/domain';
import { z } from 'zod';
import { id, instant, money, text } from './fields.js';
import { defineOperation } from './operation.js';
import { CREATION_ORDERS, page, pageQuery } from './paging.js';

const tag = 'Price corrections';

const unpricedUsage = z
  .strictObject({
    provider: z.string(),
    model: z.string().meta({ description: 'The name under which a price is wanted.' }),
    meter: z.enum(METERS),
    serviceTiers: z.array(z.string()),
    requests: z.int(),
    quantity: z.int().meta({ description: 'Units of the meter: tokens, searches, …' }),
    since: z.iso.datetime(),
    last: z.iso.datetime(),
    organizationIds: z.array(id('organization')).meta({ description: 'At most 20.' }),
  })
  .meta({ id: 'UnpricedUsage' });

const correctionLine = z
  .strictObject({
    organizationId: id('organization'),
    provider: z.string(),
    model: z.string(),
    events: z.int(),
    differing: z.int().meta({ description: 'Events of these that would be corrected.' }),
    unpriced: z.int().meta({ description: 'Events of these with something that has no price still.' }),
    billedBefore: money,
    billedAfter: money,
    difference: money,
    providerCostBefore: money,
    providerCostAfter: money,
  })
  .meta({ id: 'PriceCorrectionLine' });

const correctedEvents = z
  .strictObject({
    state: z.enum(['shown', 'sent', 'booked', 'superseded', 'refused']).meta({
      description:
        '`shown`: not posted. `sent`: about to be booked. `booked`: as it was shown. `superseded`: somebody else corrected ' +
        'it in between, and it was left alone. `refused`: it lies in the quarantine.',
    }),
    events: z.int(),
    difference: money,
  })
  .meta({ id: 'CorrectedEvents' });

export const priceCorrection = z
  .strictObject({
    id: id('priceCorrection'),
    state: z.enum(['requested', 'computing', 'computed', 'posting', 'posted', 'failed', 'cancelled']),
    progress: z.number().min(0).max(1),
    etaSeconds: z.int().nullable(),
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    organizationId: id('organization').nullable(),
    provider: z.string().nullable(),
    model: z.string().nullable(),
    publicationId: id('priceSnapshot').nullable().meta({
      description: 'By which publication it is rated; null: by the one that holds for each organization now.',
    }),
    reason: z.string(),
    requestedBy: z.string(),
    requestedAt: z.iso.datetime(),
    computedAt: z.iso.datetime().nullable(),
    postedBy: z.string().nullable(),
    postedAt: z.iso.datetime().nullable(),
    failure: z.string().nullable(),
  })
  .meta({ id: 'PriceCorrection' });

const priceCorrectionDetail = priceCorrection
  .extend({
    totals: correctionLine
      .omit({ organizationId: true, provider: true, model: true })
      .meta({ id: 'PriceCorrectionTotals' }),
    lines: z.array(correctionLine).meta({ description: 'At most 200: the greatest difference first.' }),
    outcome: z.array(correctedEvents).meta({ description: 'What has come of the events that differ.' }),
  })
  .meta({ id: 'PriceCorrectionDetail' });

const MAX_AGE_DAYS = 399;
const DAY_MS = 86_400_000;

const correctionInput = z
  .strictObject({
    from: instant().refine((value) => !(Date.parse(value) < Date.now() - MAX_AGE_DAYS * DAY_MS), {
      message: `must not lie more than ${MAX_AGE_DAYS} days ago`,
    }),
    to: instant(),
    organizationId: id('organization').nullable().default(null),
    provider: text(64).nullable().default(null),
    model: text(200).nullable().default(null).meta({ description: 'The catalogue’s name.' }),
    priceBookId: id('priceBook')
      .nullable()
      .default(null)
      .meta({
        description:
          'Rate everything by what this book says now. Absent: each organization by its own book, which is what is meant ' +
          'after a price of the default book was wrong.',
      }),
    reason: text(500),
  })
  .refine(({ from, to }) => Date.parse(from) < Date.parse(to), { path: ['to'], message: 'must lie after from' })
  .meta({ id: 'PriceCorrectionInput' });

const reviewedPrice = z
  .strictObject({ source: z.string(), amount: money, impact: money.nullable() })
  .meta({ id: 'ReviewedPrice', description: '`impact`: what 30 days like the last ones would cost more or less.' });

const priceDifference = z
  .strictObject({
    id: id('reviewItem'),
    provider: z.string(),
    model: z.string(),
    meter: z.enum(METERS),
    serviceTier: z.string(),
    per: z.int(),
    present: money.nullable().meta({ description: 'What is published; null: nothing yet.' }),
    first: reviewedPrice,
    second: reviewedPrice,
    providerCost: money.meta({ description: 'Of the model in the last 30 days.' }),
    state: z.enum(['open', 'resolved']),
    openedAt: z.iso.datetime(),
    resolvedBy: z.string().nullable(),
    resolution: z.string().nullable(),
  })
  .meta({
    id: 'PriceDifference',
    description: 'Two sources disagree about a price that would change a published one.',
  });

const params = z.strictObject({ priceCorrectionId: id('priceCorrection') });
const reads = { tag, permission: 'price-books.read', operatorOnly: true } as const;
const writes = { tag, permission: 'price-corrections.write', operatorOnly: true } as const;

export const priceCorrectionOperations = {
  listUnpricedUsage: defineOperation({
    ...reads,
    id: 'listUnpricedUsage',
    summary: 'List what was used in the last 30 days and has no price',
    method: 'GET',
    path: '/unpriced-usage',
    response: z
      .strictObject({ data: z.array(unpricedUsage), asOf: z.iso.datetime() })
      .meta({ id: 'UnpricedUsageList' }),
  }),
  listPriceCorrections: defineOperation({
    ...reads,
    id: 'listPriceCorrections',
    summary: 'List corrections of prices',
    method: 'GET',
    path: '/price-corrections',
    query: z.strictObject(pageQuery(CREATION_ORDERS)),
    response: page(priceCorrection).meta({ id: 'PriceCorrectionPage' }),
  }),
  createPriceCorrection: defineOperation({
    ...writes,
    id: 'createPriceCorrection',
    summary: 'Compute what usage should have cost',
    description:
      'The worker rates what is booked by the prices that are published now; read the correction until it is computed. ' +
      'Nothing is changed before it is posted.',
    method: 'POST',
    path: '/price-corrections',
    body: correctionInput,
    status: 202,
    response: priceCorrectionDetail,
  }),
  readPriceCorrection: defineOperation({
    ...reads,
    id: 'readPriceCorrection',
    summary: 'Read a correction with its difference',
    method: 'GET',
    path: '/price-corrections/{priceCorrectionId}',
    params,
    response: priceCorrectionDetail,
  }),
  postPriceCorrection: defineOperation({
    ...writes,
    id: 'postPriceCorrection',
    summary: 'Post a computed correction',
    description:
      'Each event that differs is corrected: by exactly what was shown, or not at all, and then it says why.',
    method: 'POST',
    path: '/price-corrections/{priceCorrectionId}/postings',
    idempotent: true,
    params,
    status: 202,
    response: priceCorrectionDetail,
  }),
  cancelPriceCorrection: defineOperation({
    ...writes,
    id: 'cancelPriceCorrection',
    summary: 'Give up a correction that is not posted',
    method: 'DELETE',
    path: '/price-corrections/{priceCorrectionId}',
    params,
    response: null,
  }),
  listPriceDifferences: defineOperation({
    ...reads,
    id: 'listPriceDifferences',
    summary: 'List prices about which two sources disagree',
    method: 'GET',
    path: '/price-differences',
    query: z.strictObject({ state: z.enum(['open', 'resolved']).default('open') }),
    response: z.strictObject({ data: z.array(priceDifference) }).meta({ id: 'PriceDifferences' }),
  }),
  resolvePriceDifference: defineOperation({
    tag,
    permission: 'price-books.write',
    operatorOnly: true,
    id: 'resolvePriceDifference',
    summary: 'Decide which price holds',
    description: 'It is published at once, in the name of whoever decides.',
    method: 'POST',
    path: '/price-differences/{reviewItemId}/resolutions',
    params: z.strictObject({ reviewItemId: id('reviewItem') }),
    body: z.strictObject({ accept: z.enum(['first', 'second', 'present']) }).meta({ id: 'PriceDifferenceResolution' }),
    response: priceDifference,
  }),
};

export type UnpricedUsage = z.infer<typeof unpricedUsage>;
export type PriceCorrection = z.infer<typeof priceCorrection>;
export type PriceCorrectionDetail = z.infer<typeof priceCorrectionDetail>;
export type PriceCorrectionLine = z.infer<typeof correctionLine>;
export type PriceDifference = z.infer<typeof priceDifference>;
