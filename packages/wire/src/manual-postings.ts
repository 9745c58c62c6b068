import { DEFAULT_GRANT_PRIORITY, MANUAL_POSTING_KINDS } from '@tollgate/domain';
import { z } from 'zod';
import { futureInstant, id, instant, money, text } from './fields.js';
import { defineOperation } from './operation.js';
import { page, pageQuery } from './paging.js';

const tag = 'Manual postings';

/** Far above any payment; what is larger was mistyped. */
const MAX_UNITS = 1_000_000_000n;
const SIGNED_DECIMAL = /^-?\d{1,26}(\.\d{1,12})?$/;
const MAX_PRIORITY = 1_000;

export const POSTING_STATES = ['pending', 'posted', 'rejected'] as const;

const kind = z.enum(MANUAL_POSTING_KINDS).meta({
  id: 'ManualPostingKind',
  description:
    '`payment`: money has arrived; it repays what is owed first. `promotion`: credit is given away. `refund`: money goes ' +
    'back, out of prepaid credit. `adjustment`: above zero in favour of the organization, below zero against it. ' +
    '`write_off`: what is owed will not be paid. `revocation`: the rest of a grant that was given away is taken back.',
});

export const manualPosting = z
  .strictObject({
    id: id('manualPosting'),
    organizationId: id('organization'),
    organizationName: z.string(),
    kind,
    amount: money,
    reason: z.string(),
    priority: z.int(),
    effectiveFrom: z.iso.datetime().nullable().meta({ description: 'Null: the instant of posting.' }),
    expiresAt: z.iso.datetime().nullable(),
    grantId: id('creditGrant').nullable().meta({ description: 'Of a revocation: the grant that it ends.' }),
    state: z.enum(POSTING_STATES).meta({ description: '`pending`: it waits for a second person; nothing is posted.' }),
    requestedBy: z.string().meta({ description: 'Token or user.' }),
    requestedByName: z.string().nullable().meta({ description: 'For the operator only.' }),
    requestedAt: z.iso.datetime(),
    decidedBy: z.string().nullable(),
    decidedByName: z.string().nullable().meta({ description: 'For the operator only.' }),
    decidedAt: z.iso.datetime().nullable(),
    decisionReason: z.string().nullable(),
    ledgerTransactionId: id('ledgerTransaction').nullable().meta({
      description: 'Null too of a promotion, which is in the ledger when it is used.',
    }),
    creditGrantId: id('creditGrant').nullable().meta({ description: 'The credit that came of it.' }),
  })
  .meta({ id: 'ManualPosting' });

const draft = z
  .strictObject({
    kind,
    amount: z
      .string()
      .regex(SIGNED_DECIMAL, 'must be a decimal string with at most 12 places')
      .refine(isPostable, `must not be 0, and below ${MAX_UNITS}`)
      .meta({
        example: '250.00',
        description: 'US dollars. Above zero, but of an adjustment against the organization.',
      }),
    currency: z.literal('USD'),
    reason: text(500).meta({ example: 'Bank transfer 4711 of 22 November' }),
    priority: z
      .int()
      .min(0)
      .max(MAX_PRIORITY)
      .optional()
      .meta({
        description: `Of credit; the smaller is spent first. ${DEFAULT_GRANT_PRIORITY.promo} of what is given away, ${DEFAULT_GRANT_PRIORITY.prepaid} of what is paid, when absent.`,
      }),
    effectiveFrom: instant().optional().meta({
      description: 'Of credit: usage that occurred from then on is paid from it. By default the instant of posting.',
    }),
    expiresAt: futureInstant().optional().meta({ description: 'Of credit: until when it can be spent.' }),
    grantId: id('creditGrant').optional().meta({ description: 'Of a revocation: the grant that ends.' }),
  })
  .superRefine((body, context) => {
    for (const [path, message] of faultsOf(body)) context.addIssue({ code: 'custom', path: [path], message });
  })
  .meta({ id: 'ManualPostingDraft' });

interface Draft {
  readonly kind: z.infer<typeof kind>;
  readonly amount: string;
  readonly priority?: number | undefined;
  readonly effectiveFrom?: string | undefined;
  readonly expiresAt?: string | undefined;
  readonly grantId?: string | undefined;
}

/** Kinds that make a grant, if something is left when what is owed has been repaid. */
const GIVING: readonly Draft['kind'][] = ['payment', 'promotion', 'adjustment'];

const CREDIT_FIELDS = ['priority', 'effectiveFrom', 'expiresAt'] as const;

/** What does not go together. */
function faultsOf(draft: Draft): readonly (readonly [string, string])[] {
  const isAgainst = draft.amount.startsWith('-');
  const gives = GIVING.includes(draft.kind) && !isAgainst;
  const idle = gives ? [] : CREDIT_FIELDS.filter((field) => draft[field] !== undefined);
  const faults = idle.map((field): readonly [string, string] => [field, 'is only of what gives credit']);
  if (isAgainst && draft.kind !== 'adjustment') faults.push(['amount', 'must be above 0']);
  if (draft.kind === 'revocation' && draft.grantId === undefined)
    faults.push(['grantId', 'must name the grant that ends']);
  if (draft.kind !== 'revocation' && draft.grantId !== undefined) faults.push(['grantId', 'is only of a revocation']);
  return faults;
}

function isPostable(amount: string): boolean {
  const [units = '', fraction = ''] = amount.replace(/^-/, '').split('.');
  if (!/^\d+$/.test(units) || !/^\d*$/.test(fraction)) return true; // told by the pattern already
  return BigInt(units) < MAX_UNITS && BigInt(units + fraction) > 0n;
}

const params = z.strictObject({ manualPostingId: id('manualPosting') });

export const manualPostingOperations = {
  createManualPosting: defineOperation({
    id: 'createManualPosting',
    tag,
    summary: 'Post something by hand: a payment, promotion, refund, adjustment, write-off or revocation',
    description:
      'What is posted can never be changed. From the installation’s approval threshold on it waits for a second person. ' +
      'Sent again with its Idempotency-Key, it is answered again.',
    method: 'POST',
    path: '/organizations/{organizationId}/manual-postings',
    permission: 'manual-postings.write',
    operatorOnly: true,
    idempotent: true,
    params: z.strictObject({ organizationId: id('organization') }),
    body: draft,
    status: 201,
    response: manualPosting,
  }),
  listManualPostings: defineOperation({
    id: 'listManualPostings',
    tag,
    summary: 'List what was posted by hand',
    description: 'An organization sees what was posted to it; what waits or was rejected is the operator’s.',
    method: 'GET',
    path: '/manual-postings',
    permission: 'manual-postings.read',
    query: z.strictObject({
      ...pageQuery(['-requestedAt', 'requestedAt']),
      organizationId: id('organization').optional(),
      state: z.enum(POSTING_STATES).optional(),
      kind: kind.optional(),
    }),
    response: page(manualPosting).meta({ id: 'ManualPostingPage' }),
  }),
  readManualPosting: defineOperation({
    id: 'readManualPosting',
    tag,
    summary: 'Read a posting by hand',
    method: 'GET',
    path: '/manual-postings/{manualPostingId}',
    permission: 'manual-postings.read',
    params,
    response: manualPosting,
  }),
  approveManualPosting: defineOperation({
    id: 'approveManualPosting',
    tag,
    summary: 'Approve what somebody else wants to post',
    description: 'Only a person may, and not the one who asked for it. It is posted at once.',
    method: 'POST',
    path: '/manual-postings/{manualPostingId}/approvals',
    permission: 'manual-postings.approve',
    operatorOnly: true,
    personal: true,
    params,
    status: 201,
    response: manualPosting,
  }),
  rejectManualPosting: defineOperation({
    id: 'rejectManualPosting',
    tag,
    summary: 'Reject what somebody wants to post, with a reason',
    description: 'Nothing is posted. Whoever asked for it may reject it too.',
    method: 'POST',
    path: '/manual-postings/{manualPostingId}/rejections',
    permission: 'manual-postings.approve',
    operatorOnly: true,
    personal: true,
    params,
    body: z.strictObject({ reason: text(500) }).meta({ id: 'ManualPostingRejection' }),
    status: 201,
    response: manualPosting,
  }),
};

export type ManualPosting = z.infer<typeof manualPosting>;
export type ManualPostingListQuery = z.output<typeof manualPostingOperations.listManualPostings.query>;
