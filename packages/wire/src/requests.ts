import { METERS, OUTCOMES } from '@tollgate/domain';
import { z } from 'zod';
import { id, instant, money, text } from './fields.js';
import { defineOperation } from './operation.js';
import { page, pageQuery } from './paging.js';
import { price } from './price-books.js';
import { decisionCandidateFields, decisionFields } from './route-decision.js';

const tag = 'Requests';

const requestFields = {
  id: id('request'),
  organizationId: id('organization'),
  projectId: id('project'),
  apiKeyId: id('apiKey'),
  memberId: z.string().nullable(),
  endUser: z.string().nullable(),
  tags: z.array(z.string()),
  occurredAt: z.iso.datetime(),
  endpoint: z.string(),
  surface: z.string(),
  requestedModel: z.string(),
  servedModel: z.string().nullable(),
  upstreamModel: z.string().nullable(),
  provider: z.string().nullable(),
  deploymentId: id('deployment').nullable(),
  stream: z.boolean(),
  outcome: z.enum(OUTCOMES),
  errorCode: z.string().nullable(),
  status: z.int().meta({ description: 'What the client was given; 0 when it had left.' }),
  simulated: z.boolean(),
  inputTokens: z.int(),
  outputTokens: z.int(),
  cacheReadTokens: z.int(),
  ratingState: z.enum(['rated', 'unpriced', 'none']),
  charge: z.enum(['customer', 'waste', 'none']),
  cost: money.meta({ description: 'What the organization is charged.' }),
  firstTokenMs: z.number().nullable(),
  totalMs: z.number(),
};

export const requestSummary = z.strictObject(requestFields).meta({ id: 'RequestSummary' });

const ratedLine = z
  .strictObject({
    part: z.int(),
    meter: z.enum(METERS),
    pricedAs: z.enum(METERS).meta({ description: 'Another meter when the model has no price for this one.' }),
    quantity: z.int(),
    per: z.int(),
    unitAmount: money,
    providerCost: money.optional().meta({ description: 'What it cost us; for the operator only.' }),
    listCost: money.meta({ description: 'By the list of the provider, whatever was agreed.' }),
    markupBasisPoints: z
      .int()
      .nullable()
      .meta({
        description:
          'Hundredths of a percent on the price; under the organization’s own credential its platform fee, −9500 for 5 %. ' +
          'Null: from before it was kept; that of the price snapshot.',
      }),
    billedCost: money.meta({
      description: 'quantity × unitAmount ÷ per with the markup, rounded half-even to the picodollar.',
    }),
    priceId: id('price'),
    price: price.nullable().meta({ description: 'The row of the price book.' }),
  })
  .meta({ id: 'RatedLine' });

const attempt = z
  .strictObject({
    deploymentId: z.string(),
    provider: z.string(),
    upstreamModel: z.string(),
    status: z.int(),
    errorCode: z.string().nullable(),
    startedMs: z.number(),
    endedMs: z.number(),
    cost: money.nullable().optional().meta({
      description: 'What the provider bills for it as far as the gateway knows; for the operator only.',
    }),
  })
  .meta({ id: 'Attempt' });

const wastedPart = z
  .strictObject({
    part: z.int(),
    outcome: z.enum(OUTCOMES),
    provider: z.string().nullable(),
    upstreamModel: z.string().nullable(),
    deploymentId: id('deployment').nullable(),
    usage: z.record(z.string(), z.int()),
    providerCost: money.optional().meta({ description: 'What it cost us; for the operator only.' }),
  })
  .meta({
    id: 'WastedPart',
    description:
      'What a request cost beside: a wasted attempt, a hedge that lost, a shadow copy. Nothing is charged for it.',
  });

const routedCandidate = z
  .strictObject({
    ...decisionCandidateFields,
    wouldCost: money.nullable().meta({
      description:
        'What the usage of this request would have cost there, by the same prices. Null: not all of it has a price.',
    }),
  })
  .meta({ id: 'RoutedCandidate' });

const requestRouting = z
  .strictObject({
    ...decisionFields,
    routeName: z.string().nullable().meta({ description: 'Null too when the route is gone by now.' }),
    candidates: z.array(routedCandidate).meta({
      description: 'In the order in which they were asked; those that were left out come last.',
    }),
  })
  .meta({ id: 'RequestRouting', description: 'How the request found its deployment.' });

export const requestSettlement = z
  .strictObject({
    charge: z.enum(['customer', 'waste', 'none']).meta({ description: 'Who pays for requests that end like this.' }),
    unreported: z.enum(['estimate', 'nothing']).meta({ description: 'What is charged when no usage is known.' }),
    rule: z.string().meta({ description: 'In words.' }),
  })
  .meta({ id: 'RequestSettlement', description: 'What the outcome of the request means for money.' });

const requestSnapshot = z
  .strictObject({
    id: id('priceSnapshot'),
    priceBookId: id('priceBook'),
    sequence: z.int(),
    publishedAt: z.iso.datetime(),
    markupBasisPoints: z.int().nullable().meta({ description: 'Of its book; null: as the book above says.' }),
    platformFeeBasisPoints: z.int().nullable(),
  })
  .meta({ id: 'RequestPriceSnapshot', description: 'The published prices that were in force when it was admitted.' });

export const requestDetail = z
  .strictObject({
    ...requestFields,
    projectName: z.string().nullable(),
    apiKeyName: z.string().nullable(),
    revision: z.int().meta({ description: 'Above 0: the event was corrected.' }),
    parts: z.int().meta({ description: 'The request itself and what it cost beside.' }),
    accountingPeriod: z.string(),
    bookedAt: z.iso.datetime(),
    bookingMinute: z.iso.datetime().meta({
      description: 'Of the ledger transaction into which it is sealed, with its accounting period.',
    }),
    gatewayId: z.string(),
    upstreamDialect: z.string().nullable().meta({
      description: 'The wire format of the provider; the client’s own is `surface`. Null when nothing was sent.',
    }),
    region: z.string().nullable(),
    serviceTier: z.string(),
    credentialOwner: z.string().nullable(),
    usage: z.record(z.string(), z.int()),
    usageSource: z.enum(['reported', 'recovered', 'estimated', 'none']),
    settlement: requestSettlement,
    priceSnapshotId: z.string().nullable(),
    priceSnapshot: requestSnapshot.nullable(),
    listCost: money,
    providerCost: money.optional().meta({ description: 'What it cost us; for the operator only.' }),
    providerReportedCost: money.nullable().optional().meta({ description: 'For the operator only.' }),
    hold: money.meta({ description: 'Set aside at admission.' }),
    capturedCost: money.nullable().meta({ description: 'What the gateway captured; equal to the cost once rated.' }),
    admittedMs: z.number().nullable(),
    dispatchedMs: z.number().nullable(),
    attempts: z.array(attempt),
    wasted: z.array(wastedPart).meta({ description: 'In none of the sums of the request.' }),
    routing: requestRouting.nullable().meta({
      description: 'Null when there was nothing to choose from, or it never came to that.',
    }),
    ratedLines: z.array(ratedLine),
  })
  .meta({ id: 'RequestDetail' });

const requestFilters = {
  organizationId: id('organization').optional(),
  projectId: id('project').optional(),
  apiKeyId: id('apiKey').optional(),
  model: text(200).optional().meta({ description: 'The model that was asked for.' }),
  provider: text(64).optional(),
  deploymentId: id('deployment').optional(),
  outcome: z.enum(OUTCOMES).optional(),
  failed: z.enum(['true']).optional().meta({ description: 'Only requests whose outcome is not `success`.' }),
  errorCode: text(64).optional(),
  endUser: text(256).optional(),
  memberId: text(64).optional(),
  tag: text(64).optional(),
  from: instant().optional().meta({ description: 'Included.' }),
  to: instant().optional().meta({ description: 'Not included.' }),
};

export const requestOperations = {
  listRequests: defineOperation({
    id: 'listRequests',
    tag,
    summary: 'List requests',
    method: 'GET',
    path: '/requests',
    permission: 'requests.read',
    query: z.strictObject({ ...pageQuery(['-occurredAt', 'occurredAt']), ...requestFilters }),
    response: page(requestSummary).meta({ id: 'RequestPage' }),
  }),
  readRequest: defineOperation({
    id: 'readRequest',
    tag,
    summary: 'Read a request with its route, attempts, rated lines and price rows',
    method: 'GET',
    path: '/requests/{requestId}',
    permission: 'requests.read',
    params: z.strictObject({ requestId: id('request') }),
    response: requestDetail,
  }),
};

export type RequestSummary = z.infer<typeof requestSummary>;
export type RequestDetail = z.infer<typeof requestDetail>;
export type RatedLine = z.infer<typeof ratedLine>;
export type WastedPart = z.infer<typeof wastedPart>;
export type RequestRouting = z.infer<typeof requestRouting>;
export type RoutedCandidate = z.infer<typeof routedCandidate>;
export type RequestListQuery = z.output<typeof requestOperations.listRequests.query>;
