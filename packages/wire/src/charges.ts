import { GRANT_ACCOUNTS, GRANT_ORIGINS, METERS, OUTCOMES } from '@tollgate/domain';
import { z } from 'zod';
import { id, money } from './fields.js';
import { ledgerEntry, ledgerTransactionFields } from './ledger.js';
import { defineOperation } from './operation.js';
import { page, pageQuery } from './paging.js';
import { price } from './price-books.js';
import { requestSettlement } from './requests.js';

const ID = '[0-7][0-9a-hjkmnp-tv-z]{25}';
const NUMBER = '\\d{1,4}';
const SUBJECT = new RegExp(`^(req_${ID}(\\.${NUMBER}\\.${NUMBER}\\.${NUMBER})?|txn_${ID}(\\.${NUMBER})?)$`);

const operatorMoney = (description: string) =>
  money.optional().meta({ description: `${description}; for the operator only.` });

const publication = z
  .strictObject({
    priceSnapshotId: id('priceSnapshot'),
    priceBookId: id('priceBook'),
    priceBookName: z.string(),
    sequence: z.int(),
    publishedAt: z.iso.datetime(),
    publishedBy: z.string().nullable().meta({
      description: 'Token or user; null for an organization where the book is not its own.',
    }),
    publisherName: z.string().nullable().meta({ description: 'Of that token or user, if there is one by that id.' }),
  })
  .meta({ id: 'ChargePublication', description: 'A published state of a price book.' });

const line = z
  .strictObject({
    id: z.string().meta({ description: 'Request, part, revision and line, joined by dots.' }),
    meter: z.enum(METERS),
    pricedAs: z.enum(METERS),
    isFallback: z.boolean().meta({ description: 'The meter has no price of its own: that of `pricedAs` applied.' }),
    quantity: z.int(),
    unitAmount: money,
    per: z.int(),
    priceCost: money.meta({ description: 'quantity × unitAmount ÷ per, rounded half-even to the picodollar.' }),
    listCost: money.meta({ description: 'The same by the provider’s list.' }),
    terms: z.enum(['markup', 'platform-fee', 'none']).meta({
      description:
        '`markup`: added to it, or a discount below zero. `platform-fee`: the share of it that is charged when the ' +
        'organization brings its own credential. `none`: it comes to nothing.',
    }),
    basisPoints: z.int().nullable().meta({ description: 'Of those terms, in hundredths of a percent.' }),
    billedCost: money,
    providerCost: operatorMoney('What it cost us'),
    priceId: z.string(),
    price: price.nullable().meta({ description: 'The row of the price book; null for the sandbox.' }),
    publication: publication.nullable().meta({ description: 'That brought the row.' }),
  })
  .meta({ id: 'ChargeLine' });

const funding = z
  .strictObject({
    creditGrantId: id('creditGrant'),
    account: z.enum(GRANT_ACCOUNTS),
    origin: z.enum(GRANT_ORIGINS),
    reason: z.string(),
    expiresAt: z.iso.datetime().nullable(),
    amount: money,
  })
  .meta({ id: 'ChargeFunding', description: 'What a credit grant paid of it.' });

const booking = z
  .strictObject({
    bookedAt: z.iso.datetime(),
    bookingMinute: z.iso.datetime(),
    accountingPeriod: z.string(),
    periodState: z.enum(['open', 'closed']).nullable(),
    state: z.enum(['accrued', 'sealed', 'nothing']).meta({
      description:
        '`accrued`: its minute waits to be sealed. `sealed`: it is in the ledger transaction. `nothing`: the minute came to nothing.',
    }),
    ledgerTransactionId: id('ledgerTransaction').nullable(),
  })
  .meta({ id: 'ChargeBooking' });

const revision = z
  .strictObject({
    revision: z.int(),
    outcome: z.enum(OUTCOMES),
    usageSource: z.enum(['reported', 'recovered', 'estimated', 'none']),
    billedCost: money,
    difference: money.meta({ description: 'To the revision before; of the first, the whole.' }),
    booking,
  })
  .meta({ id: 'ChargeRevision', description: 'The event as it was booked first, and each correction.' });

const wasted = z
  .strictObject({
    part: z.int(),
    outcome: z.enum(OUTCOMES),
    rule: z.string(),
    provider: z.string().nullable(),
    upstreamModel: z.string().nullable(),
    providerCost: money,
  })
  .meta({ id: 'ChargeWaste' });

const explainedRequest = z
  .strictObject({
    id: id('request'),
    organizationId: id('organization'),
    projectId: id('project'),
    projectName: z.string().nullable(),
    apiKeyId: id('apiKey'),
    apiKeyName: z.string().nullable(),
    occurredAt: z.iso.datetime(),
    requestedModel: z.string(),
    servedModel: z.string().nullable(),
    upstreamModel: z.string().nullable(),
    provider: z.string().nullable(),
    serviceTier: z.string(),
    region: z.string().nullable(),
    credentialOwner: z.enum(['operator', 'organization']).nullable(),
    simulated: z.boolean(),
    outcome: z.enum(OUTCOMES),
    settlement: requestSettlement,
    charge: z.enum(['customer', 'waste', 'none']),
    ratingState: z.enum(['rated', 'unpriced', 'none']),
    usage: z.record(z.string(), z.int()),
    usageSource: z.enum(['reported', 'recovered', 'estimated', 'none']),
    revision: z.int(),
    publication: publication.nullable().meta({ description: 'The prices that were in force when it was admitted.' }),
    lines: z.array(line),
    listCost: money,
    billedCost: money,
    hold: z
      .strictObject({
        placed: money,
        captured: money.nullable(),
        released: money.meta({ description: 'Placed and not captured.' }),
        overrun: money.meta({ description: 'Captured beyond what was placed.' }),
        captureDifference: money
          .nullable()
          .meta({ description: 'Captured − billed at first; zero unless prices or code differ.' }),
      })
      .meta({ id: 'ChargeHold' }),
    funding: z.array(funding).meta({ description: 'In the order in which the grants were drawn on.' }),
    receivable: money.meta({ description: 'The rest: what no grant paid.' }),
    booking,
    revisions: z.array(revision).meta({ description: 'Newest first.' }),
    providerCost: operatorMoney('What it cost us'),
    providerReportedCost: money.nullable().optional().meta({ description: 'For the operator only.' }),
    margin: operatorMoney('Billed − provider cost'),
    wasted: z.array(wasted).optional().meta({ description: 'What it cost us beside; for the operator only.' }),
  })
  .meta({ id: 'ExplainedRequest' });

const bookedRequest = z
  .strictObject({
    requestId: id('request'),
    part: z.int(),
    revision: z.int(),
    occurredAt: z.iso.datetime(),
    bookedAt: z.iso.datetime(),
    requestedModel: z.string(),
    outcome: z.enum(OUTCOMES),
    amount: money.meta({ description: 'What it added to the transaction, or to the entry.' }),
  })
  .meta({ id: 'BookedRequest' });

const explainedTransaction = z
  .strictObject({
    ...ledgerTransactionFields,
    entry: ledgerEntry.nullable().meta({ description: 'The entry that was asked about.' }),
    entries: z.array(ledgerEntry),
    manualPostingId: id('manualPosting').nullable(),
    creditGrantId: id('creditGrant').nullable().meta({ description: 'The credit that it brought.' }),
    requests: page(bookedRequest)
      .extend({
        count: z.int().meta({ description: 'Of all pages.' }),
        total: money.meta({ description: 'Of all pages.' }),
        ties: z.boolean().meta({ description: 'Whether the total is the amount of the transaction, or of the entry.' }),
      })
      .nullable()
      .meta({ description: 'What was sealed into it; null when it is no usage.' }),
  })
  .meta({ id: 'ExplainedTransaction' });

const chargeExplanation = z
  .strictObject({
    subject: z.strictObject({
      kind: z.enum(['request', 'rated-line', 'ledger-transaction', 'ledger-entry']),
      id: z.string(),
      isCurrent: z.boolean().meta({ description: 'False: a line that a correction has taken the place of.' }),
    }),
    request: explainedRequest.nullable(),
    transaction: explainedTransaction.nullable(),
  })
  .meta({ id: 'ChargeExplanation' });

export const chargeOperations = {
  explainCharge: defineOperation({
    id: 'explainCharge',
    tag: 'Charges',
    summary: 'Explain a charge: from request, rated line, ledger transaction or entry to all the others',
    description:
      'Of a request or rated line the whole calculation, who paid, and the transaction that it is in. Of a transaction or ' +
      'entry its entries and the requests in it, page by page, whose sum ties to it.',
    method: 'GET',
    path: '/charges/{subjectId}',
    permission: 'ledger.read',
    params: z.strictObject({
      subjectId: z
        .string()
        .regex(SUBJECT, 'must be the id of a request, rated line, ledger transaction or ledger entry'),
    }),
    query: z.strictObject(pageQuery(['-occurredAt'])),
    response: chargeExplanation,
  }),
};

export type ChargeExplanation = z.infer<typeof chargeExplanation>;
export type ExplainedRequest = z.infer<typeof explainedRequest>;
export type ExplainedTransaction = z.infer<typeof explainedTransaction>;
export type ChargeLine = z.infer<typeof line>;
export type ChargeBooking = z.infer<typeof booking>;
export type ChargeRevision = z.infer<typeof revision>;
export type ChargePublication = z.infer<typeof publication>;
export type BookedRequest = z.infer<typeof bookedRequest>;
