import { METERS } from '@tollgate/domain';
import { z } from 'zod';
import { decimal, id, instant, money, text } from './fields.js';
import { defineOperation } from './operation.js';
import { NAMED_ORDERS, page, pageQuery } from './paging.js';

const tag = 'Price books';
const MAX_PRICES_PER_PUBLICATION = 20_000;

export const publication = z
  .strictObject({
    id: id('priceSnapshot'),
    priceBookId: id('priceBook'),
    sequence: z.int(),
    parentPublicationId: id('priceSnapshot').nullable(),
    markupBasisPoints: z.int().nullable(),
    platformFeeBasisPoints: z.int().nullable(),
    publishedBy: z.string(),
    publishedAt: z.iso.datetime(),
  })
  .meta({
    id: 'Publication',
    description: 'A published state of a book. Requests are rated by the one they began with.',
  });

export const publicationResult = z
  .strictObject({
    publication,
    introduced: z.int().meta({ description: 'Price rows that are new in this publication.' }),
    retired: z.int().meta({ description: 'Price rows that it ended.' }),
    overruled: z
      .int()
      .meta({ description: "Imported prices that do not count, because another source's price stands." }),
    changed: z.boolean().meta({ description: 'False: the prices were in force already, and nothing was published.' }),
  })
  .meta({ id: 'PublicationResult' });

export const priceBook = z
  .strictObject({
    id: id('priceBook'),
    organizationId: id('organization').nullable(),
    name: z.string(),
    parentId: id('priceBook').nullable().meta({ description: 'The book that is asked when this one has no price.' }),
    markupBasisPoints: z
      .int()
      .nullable()
      .meta({ description: 'Hundredths of a percent on the price; negative is a discount. Null: as the book above.' }),
    platformFeeBasisPoints: z
      .int()
      .nullable()
      .meta({ description: 'Share of the list cost that is charged when the organization brings its own credential.' }),
    currentPublication: publication.nullable(),
    version: z.int(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'PriceBook' });

const dimension = () => text(100).default('*');
const timeWindow = () =>
  z
    .string()
    .regex(/^(\*|([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)$/, 'must be "*" or "HH:MM-HH:MM" in UTC')
    .default('*');
const INT32 = 2_147_483_647;

/** What a price is for, and for how many units. */
export const priceDimensions = {
  provider: text(64),
  model: text(200),
  meter: z.enum(METERS),
  serviceTier: dimension().meta({
    description: '`*`: ordinary processing, and for a fee per call every tier. Others in the provider’s words.',
  }),
  region: dimension(),
  fromTokens: z.int().min(0).max(INT32).default(0),
  timeWindow: timeWindow(),
  per: z.int().min(1).max(INT32),
};

const priceDraft = z
  .strictObject({
    ...priceDimensions,
    amount: decimal().meta({ description: 'US dollars for `per` units.' }),
    effectiveFrom: instant(),
    effectiveTo: instant().nullable().default(null),
  })
  .refine((draft) => draft.effectiveTo === null || Date.parse(draft.effectiveTo) > Date.parse(draft.effectiveFrom), {
    path: ['effectiveTo'],
    message: 'must lie after effectiveFrom',
  })
  .meta({ id: 'PriceDraft' });

export const price = z
  .strictObject({
    id: id('price'),
    priceBookId: id('priceBook'),
    provider: z.string(),
    model: z.string(),
    meter: z.enum(METERS),
    serviceTier: z.string(),
    region: z.string(),
    fromTokens: z.int(),
    timeWindow: z.string(),
    amount: money,
    per: z.int(),
    effectiveFrom: z.iso.datetime(),
    effectiveTo: z.iso.datetime().nullable(),
    introducedIn: z.int().meta({ description: 'Sequence of the publication that brought it.' }),
    retiredIn: z.int().nullable(),
    source: z.string(),
  })
  .meta({ id: 'Price' });

const publicationDraft = z
  .strictObject({
    prices: z.array(priceDraft).min(1).max(MAX_PRICES_PER_PUBLICATION),
    source: text(100).default('api').meta({ description: 'Where the prices come from.' }),
    mode: z
      .enum(['edit', 'import'])
      .default('edit')
      .meta({
        description:
          '`edit`: the prices take the place of what holds for the same thing at the same time; the rest stays. ' +
          '`import`: they are everything that the source has; its missing ones are retired.',
      }),
  })
  .meta({ id: 'PublicationDraft' });

const params = z.strictObject({ priceBookId: id('priceBook') });

export const priceBookOperations = {
  listPriceBooks: defineOperation({
    id: 'listPriceBooks',
    tag,
    summary: 'List price books',
    method: 'GET',
    path: '/price-books',
    permission: 'price-books.read',
    query: z.strictObject({ ...pageQuery(NAMED_ORDERS), organizationId: id('organization').optional() }),
    response: page(priceBook).meta({ id: 'PriceBookPage' }),
  }),
  readPriceBook: defineOperation({
    id: 'readPriceBook',
    tag,
    summary: 'Read a price book',
    method: 'GET',
    path: '/price-books/{priceBookId}',
    permission: 'price-books.read',
    params,
    response: priceBook,
  }),
  listPrices: defineOperation({
    id: 'listPrices',
    tag,
    summary: 'List the prices of a book',
    description: 'Those of the current publication, unless another is named by its sequence.',
    method: 'GET',
    path: '/price-books/{priceBookId}/prices',
    permission: 'price-books.read',
    params,
    query: z.strictObject({
      ...pageQuery(['id']),
      provider: text(64).optional(),
      model: text(200).optional(),
      meter: z.enum(METERS).optional(),
      sequence: z
        .string()
        .regex(/^[1-9]\d{0,8}$/, 'must be a whole number above 0')
        .transform(Number)
        .optional()
        .meta({ type: 'integer', minimum: 1 }),
    }),
    response: page(price).meta({ id: 'PricePage' }),
  }),
  readPrice: defineOperation({
    id: 'readPrice',
    tag,
    summary: 'Read a price',
    description: 'Retired prices stay readable: rated requests name them.',
    method: 'GET',
    path: '/price-books/{priceBookId}/prices/{priceId}',
    permission: 'price-books.read',
    params: z.strictObject({ priceBookId: id('priceBook'), priceId: id('price') }),
    response: price,
  }),
  publishPrices: defineOperation({
    id: 'publishPrices',
    tag,
    summary: 'Publish prices',
    method: 'POST',
    path: '/price-books/{priceBookId}/publications',
    permission: 'price-books.write',
    operatorOnly: true,
    params,
    body: publicationDraft,
    status: 201,
    response: publicationResult,
  }),
};

export type PriceBook = z.infer<typeof priceBook>;
export type Price = z.infer<typeof price>;
export type Publication = z.infer<typeof publication>;
export type PublicationResult = z.infer<typeof publicationResult>;
