import { GRANT_ACCOUNTS, GRANT_ORIGINS } from '@tollgate/domain';
import { z } from 'zod';
import { id, money } from './fields.js';
import { defineOperation } from './operation.js';
import { page, pageQuery } from './paging.js';

const tag = 'Credit grants';

export const GRANT_STATES = ['live', 'upcoming', 'spent', 'expired'] as const;

const fields = {
  id: id('creditGrant'),
  organizationId: id('organization'),
  account: z.enum(GRANT_ACCOUNTS).meta({ description: '`prepaid`: paid before. `promo`: given away.' }),
  origin: z.enum(GRANT_ORIGINS),
  amount: money,
  remaining: money,
  priority: z.int().meta({ description: 'The smaller is spent first; then the earlier expiry, then the elder.' }),
  effectiveFrom: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable(),
  state: z.enum(GRANT_STATES),
  reason: z.string(),
  source: z.string().meta({ description: 'Who gave it: token, user, `sign-up`, `plan` or `opening`.' }),
  ledgerTransactionId: id('ledgerTransaction')
    .nullable()
    .meta({ description: 'Of `prepaid`: that brought the money.' }),
  accountingPeriod: z.string(),
  bookedAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable().meta({ description: 'Of the newest request that it paid.' }),
};

export const creditGrant = z.strictObject(fields).meta({ id: 'CreditGrant' });

const use = z
  .strictObject({
    requestId: id('request').nullable().meta({ description: 'Null when it was no usage.' }),
    sourceId: z.string().nullable().meta({ description: 'Ledger transaction or posting by hand that took from it.' }),
    revision: z.int().nullable().meta({ description: 'Above 0: a correction.' }),
    amount: money.meta({ description: 'Negative when it was given back.' }),
    bookedAt: z.iso.datetime(),
  })
  .meta({ id: 'CreditGrantUse' });

const creditGrantDetail = z
  .strictObject({ ...fields, uses: z.array(use).meta({ description: 'The newest 50.' }) })
  .meta({ id: 'CreditGrantDetail' });

export const creditGrantOperations = {
  listCreditGrants: defineOperation({
    id: 'listCreditGrants',
    tag,
    summary: 'List credit grants',
    method: 'GET',
    path: '/credit-grants',
    permission: 'ledger.read',
    query: z.strictObject({
      ...pageQuery(['-bookedAt', 'bookedAt']),
      organizationId: id('organization').optional(),
      account: z.enum(GRANT_ACCOUNTS).optional(),
      state: z.enum(GRANT_STATES).optional(),
    }),
    response: page(creditGrant).meta({ id: 'CreditGrantPage' }),
  }),
  readCreditGrant: defineOperation({
    id: 'readCreditGrant',
    tag,
    summary: 'Read a credit grant with what used it last',
    method: 'GET',
    path: '/credit-grants/{creditGrantId}',
    permission: 'ledger.read',
    params: z.strictObject({ creditGrantId: id('creditGrant') }),
    response: creditGrantDetail,
  }),
};

export type CreditGrant = z.infer<typeof creditGrant>;
export type CreditGrantDetail = z.infer<typeof creditGrantDetail>;
export type CreditGrantListQuery = z.output<typeof creditGrantOperations.listCreditGrants.query>;
