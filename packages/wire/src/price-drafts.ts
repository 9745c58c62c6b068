import { METERS } from '@tollgate/domain';
import { z } from 'zod';
import { decimal, id, instant, money, text } from './fields.js';
import { defineOperation } from './operation.js';
import { CREATION_ORDERS, page, pageQuery } from './paging.js';
import { priceBook, priceDimensions, publication } from './price-books.js';

const tag = 'Price books';
const MAX_ROWS = 5_000;
const LARGEST_MARKUP = 1_000_000;

const basisPoints = () => z.int().min(-10_000).max(LARGEST_MARKUP);
const dimension = (maxLength: number) => text(maxLength).default('*');

const ruleFields = {
  provider: dimension(64),
  model: dimension(200),
  meter: z.enum(['*', ...METERS]).default('*'),
  serviceTier: dimension(100).meta({ description: '`default`: ordinary processing; `*`: every tier.' }),
  region: dimension(100),
  basisPoints: basisPoints().meta({ description: 'Hundredths of a percent on the price; negative is a discount.' }),
};

const draftRule = z.strictObject(ruleFields).meta({ id: 'PriceRuleDraft' });

export const priceRule = z.strictObject({ id: id('priceRule'), ...ruleFields }).meta({
  id: 'PriceRule',
  description:
    'A markup or discount for a part of what is used. The nearest book that has a rule which matches decides, its most ' +
    'specific one: a named model before a named provider, then meter, service tier, region. Without any, the markup of ' +
    'the nearest book that has one.',
});

const draftedPrice = z
  .strictObject({
    ...priceDimensions,
    amount: decimal().meta({ description: 'US dollars for `per` units.' }),
  })
  .meta({ id: 'DraftedPrice', description: 'Holds from the instant of the publication on.' });

const changes = z
  .strictObject({
    setPrices: z.array(draftedPrice).max(MAX_ROWS).default([]),
    endPrices: z
      .array(id('price'))
      .max(MAX_ROWS)
      .default([])
      .meta({ description: 'Prices that end without another in their place.' }),
    setRules: z
      .array(draftRule)
      .max(MAX_ROWS)
      .default([])
      .meta({ description: 'Each takes the place of the rule for the same thing.' }),
    endRules: z.array(id('priceRule')).max(MAX_ROWS).default([]),
    markupBasisPoints: basisPoints()
      .nullable()
      .optional()
      .meta({ description: 'Null: as the book above says. Absent: as it is.' }),
    platformFeeBasisPoints: z.int().min(0).max(LARGEST_MARKUP).nullable().optional(),
  })
  .meta({ id: 'PriceDraftChanges', description: 'What a draft changes in its book; the rest stays.' });

export const priceBookDraft = z
  .strictObject({
    id: id('priceDraft'),
    priceBookId: id('priceBook'),
    name: z.string(),
    changes,
    state: z.enum(['open', 'scheduled', 'published', 'discarded']),
    effectiveAt: z.iso.datetime().nullable().meta({ description: 'From when on its prices hold.' }),
    publicationId: id('priceSnapshot').nullable(),
    createdBy: z.string(),
    decidedBy: z.string().nullable().meta({ description: 'Who published, scheduled or discarded it.' }),
    decidedAt: z.iso.datetime().nullable(),
    failure: z
      .string()
      .nullable()
      .meta({ description: 'Why it could not be published when its instant came; it is open again.' }),
    version: z.int(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'PriceBookDraft' });

const draftInput = z
  .strictObject({ name: text(200), changes: changes.default(changes.parse({})) })
  .meta({ id: 'PriceBookDraftInput' });

const draftChange = z
  .strictObject({ name: text(200).optional(), changes: changes.optional() })
  .meta({ id: 'PriceBookDraftChange' });

const progress = {
  progress: z.number().min(0).max(1),
  etaSeconds: z.int().nullable().meta({ description: 'Until it is done, estimated. Null: not known.' }),
};

const previewLine = z
  .strictObject({
    organizationId: id('organization'),
    provider: z.string(),
    model: z.string(),
    requests: z.int(),
    unpriced: z.int().meta({ description: 'Of these with something that would have no price.' }),
    billedNow: money,
    billedThen: money,
    difference: money,
    providerCostNow: money,
    providerCostThen: money,
  })
  .meta({ id: 'PricePreviewLine' });

export const pricePreview = z
  .strictObject({
    id: id('pricePreview'),
    priceDraftId: id('priceDraft'),
    draftVersion: z.int(),
    state: z.enum(['requested', 'running', 'done', 'failed', 'cancelled']),
    ...progress,
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    requestedBy: z.string(),
    requestedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
    failure: z.string().nullable(),
    totals: previewLine.omit({ organizationId: true, provider: true, model: true }).meta({ id: 'PricePreviewTotals' }),
    lines: z.array(previewLine).meta({ description: 'At most 200: who pays more first.' }),
  })
  .meta({
    id: 'PricePreview',
    description: 'The usage of the last 30 days, rated by the prices of now and by those of the draft.',
  });

const params = z.strictObject({ priceDraftId: id('priceDraft') });
const bookParams = z.strictObject({ priceBookId: id('priceBook') });
const reads = { tag, permission: 'price-books.read', operatorOnly: true } as const;
const writes = { tag, permission: 'price-books.write', operatorOnly: true } as const;

export const priceDraftOperations = {
  createPriceBook: defineOperation({
    ...writes,
    id: 'createPriceBook',
    summary: 'Create a price book',
    description: 'It is in force at once for its organization, or for the plans that name it.',
    method: 'POST',
    path: '/price-books',
    body: z
      .strictObject({
        name: text(200),
        organizationId: id('organization').nullable().default(null),
        parentId: id('priceBook').optional().meta({
          description: 'By default the book that the organization has now, else the default book.',
        }),
      })
      .meta({ id: 'PriceBookInput' }),
    status: 201,
    response: priceBook,
  }),
  updatePriceBook: defineOperation({
    ...writes,
    id: 'updatePriceBook',
    summary: 'Rename a price book',
    description: 'Prices, rules and terms are changed by drafts.',
    method: 'PATCH',
    path: '/price-books/{priceBookId}',
    conditional: true,
    params: bookParams,
    body: z.strictObject({ name: text(200).optional() }).meta({ id: 'PriceBookChange' }),
    response: priceBook,
    versioned: true,
  }),
  listPublications: defineOperation({
    ...reads,
    id: 'listPublications',
    summary: 'List the publications of a price book',
    method: 'GET',
    path: '/price-books/{priceBookId}/publications',
    params: bookParams,
    query: z.strictObject(pageQuery(CREATION_ORDERS)),
    response: page(publication).meta({ id: 'PublicationPage' }),
  }),
  listPriceRules: defineOperation({
    ...reads,
    id: 'listPriceRules',
    summary: 'List the rules of a price book',
    description: 'All that hold now.',
    method: 'GET',
    path: '/price-books/{priceBookId}/rules',
    params: bookParams,
    response: z.strictObject({ data: z.array(priceRule) }).meta({ id: 'PriceRules' }),
  }),
  listPriceDrafts: defineOperation({
    ...reads,
    id: 'listPriceDrafts',
    summary: 'List the drafts of a price book',
    method: 'GET',
    path: '/price-books/{priceBookId}/drafts',
    params: bookParams,
    query: z.strictObject(pageQuery(CREATION_ORDERS)),
    response: page(priceBookDraft).meta({ id: 'PriceBookDraftPage' }),
  }),
  createPriceDraft: defineOperation({
    ...writes,
    id: 'createPriceDraft',
    summary: 'Draft changes of a price book',
    description: 'Nothing holds until it is published.',
    method: 'POST',
    path: '/price-books/{priceBookId}/drafts',
    params: bookParams,
    body: draftInput,
    status: 201,
    response: priceBookDraft,
    versioned: true,
  }),
  readPriceDraft: defineOperation({
    ...reads,
    id: 'readPriceDraft',
    summary: 'Read a draft',
    method: 'GET',
    path: '/price-drafts/{priceDraftId}',
    params,
    response: priceBookDraft,
    versioned: true,
  }),
  updatePriceDraft: defineOperation({
    ...writes,
    id: 'updatePriceDraft',
    summary: 'Change an open draft',
    method: 'PATCH',
    path: '/price-drafts/{priceDraftId}',
    conditional: true,
    params,
    body: draftChange,
    response: priceBookDraft,
    versioned: true,
  }),
  discardPriceDraft: defineOperation({
    ...writes,
    id: 'discardPriceDraft',
    summary: 'Discard a draft that is not published',
    method: 'DELETE',
    path: '/price-drafts/{priceDraftId}',
    params,
    response: null,
  }),
  requestPricePreview: defineOperation({
    ...writes,
    id: 'requestPricePreview',
    summary: 'Try a draft on the usage of the last 30 days',
    description: 'The worker rates the real usage anew; read the preview until it is done. Nothing is changed by it.',
    method: 'POST',
    path: '/price-drafts/{priceDraftId}/previews',
    params,
    status: 202,
    response: pricePreview,
  }),
  readPricePreview: defineOperation({
    ...reads,
    id: 'readPricePreview',
    summary: 'Read the newest preview of a draft',
    method: 'GET',
    path: '/price-drafts/{priceDraftId}/preview',
    params,
    response: pricePreview,
  }),
  cancelPricePreview: defineOperation({
    ...writes,
    id: 'cancelPricePreview',
    summary: 'Give up the preview that is being made',
    method: 'DELETE',
    path: '/price-drafts/{priceDraftId}/preview',
    params,
    response: null,
  }),
  publishPriceDraft: defineOperation({
    ...writes,
    id: 'publishPriceDraft',
    summary: 'Publish a draft',
    description:
      'At once, or at an instant to come. An instant that has gone changes what holds since then, and nothing that is ' +
      'booked: a price correction does that.',
    method: 'POST',
    path: '/price-drafts/{priceDraftId}/publications',
    conditional: true,
    params,
    body: z
      .strictObject({ effectiveAt: instant().optional().meta({ description: 'Absent: now.' }) })
      .meta({ id: 'PriceDraftPublication' }),
    status: 201,
    response: priceBookDraft,
    versioned: true,
  }),
};

export type PriceRule = z.infer<typeof priceRule>;
export type PriceBookDraft = z.infer<typeof priceBookDraft>;
export type PriceDraftChanges = z.infer<typeof changes>;
export type PricePreview = z.infer<typeof pricePreview>;
export type PricePreviewLine = z.infer<typeof previewLine>;
