import { REVIEW_KINDS } from '@tollgate/domain';
import { z } from 'zod';
import { id, money, text } from './fields.js';
import { defineOperation } from './operation.js';
import { page, pageQuery } from './paging.js';

const tag = 'Reviews';

const kind = z.enum(REVIEW_KINDS).meta({ id: 'ReviewKind' });
const state = z.enum(['open', 'resolved']).meta({ id: 'ReviewState' });

export const reviewItem = z
  .strictObject({
    id: id('reviewItem'),
    kind,
    subject: z.string().meta({ description: 'Request, model (`provider/model`) or organization, by the kind.' }),
    organizationId: id('organization').nullable(),
    organizationName: z.string().nullable(),
    amount: money.nullable().meta({ description: 'What is at stake, where it is known.' }),
    details: z.record(z.string(), z.unknown()),
    state,
    openedAt: z.iso.datetime(),
    resolvedAt: z.iso.datetime().nullable(),
    resolvedBy: z.string().nullable(),
    resolvedByName: z.string().nullable(),
    resolution: z.string().nullable(),
  })
  .meta({ id: 'ReviewItem' });

const summary = z
  .strictObject({
    open: z
      .array(z.strictObject({ kind, count: z.int(), amount: money }))
      .meta({ description: 'By kind; the most first.' }),
    openCount: z.int(),
    quarantined: z.int().meta({ description: 'Usage that could not be booked and waits for somebody.' }),
    pendingPostings: z.int().meta({ description: 'Postings by hand that wait for a second person.' }),
    asOf: z.iso.datetime(),
  })
  .meta({ id: 'ReviewSummary' });

export const resolutionText = () =>
  text(500).meta({ example: 'Checked against the provider’s invoice: the estimate stands.' });
const resolutionDraft = z.strictObject({ resolution: resolutionText() }).meta({ id: 'ResolutionDraft' });

const bulkDraft = z
  .strictObject({
    kind,
    organizationId: id('organization').optional(),
    openedBefore: z.iso.datetime().meta({ description: 'Only what was open then: never what nobody has seen.' }),
    resolution: resolutionText(),
  })
  .meta({ id: 'ReviewResolutionDraft' });

export const reviewOperations = {
  listReviewItems: defineOperation({
    id: 'listReviewItems',
    tag,
    summary: 'List what somebody has to look at',
    method: 'GET',
    path: '/review-items',
    permission: 'reviews.read',
    operatorOnly: true,
    query: z.strictObject({
      ...pageQuery(['-openedAt', 'openedAt']),
      state: state.optional(),
      kind: kind.optional(),
      organizationId: id('organization').optional(),
    }),
    response: page(reviewItem).meta({ id: 'ReviewItemPage' }),
  }),
  readReviewSummary: defineOperation({
    id: 'readReviewSummary',
    tag,
    summary: 'Read how much there is to look at',
    method: 'GET',
    path: '/review-summary',
    permission: 'reviews.read',
    operatorOnly: true,
    response: summary,
  }),
  readReviewItem: defineOperation({
    id: 'readReviewItem',
    tag,
    summary: 'Read a review item',
    method: 'GET',
    path: '/review-items/{reviewItemId}',
    permission: 'reviews.read',
    operatorOnly: true,
    params: z.strictObject({ reviewItemId: id('reviewItem') }),
    response: reviewItem,
  }),
  resolveReviewItem: defineOperation({
    id: 'resolveReviewItem',
    tag,
    summary: 'Say what came of a review item',
    method: 'POST',
    path: '/review-items/{reviewItemId}/resolutions',
    permission: 'reviews.write',
    operatorOnly: true,
    params: z.strictObject({ reviewItemId: id('reviewItem') }),
    body: resolutionDraft,
    status: 201,
    response: reviewItem,
  }),
  resolveReviewItems: defineOperation({
    id: 'resolveReviewItems',
    tag,
    summary: 'Resolve all open review items of a kind with the same words',
    method: 'POST',
    path: '/review-resolutions',
    permission: 'reviews.write',
    operatorOnly: true,
    body: bulkDraft,
    status: 201,
    response: z.strictObject({ resolved: z.int() }).meta({ id: 'ReviewResolutionResult' }),
  }),
};

export type ReviewItem = z.infer<typeof reviewItem>;
export type ReviewSummary = z.infer<typeof summary>;
export type ReviewItemListQuery = z.output<typeof reviewOperations.listReviewItems.query>;
