import { LEDGER_ACCOUNTS, LEDGER_TRANSACTION_KINDS } from '@tollgate/domain';
import { z } from 'zod';
import { id, instant, money } from './fields.js';
import { defineOperation } from './operation.js';
import { page, pageQuery } from './paging.js';

const tag = 'Ledger';

const BOOKING_ORDERS = ['-bookedAt', 'bookedAt'] as const;

const account = z.enum(LEDGER_ACCOUNTS).meta({ id: 'LedgerAccount' });
const kind = z.enum(LEDGER_TRANSACTION_KINDS).meta({ id: 'LedgerTransactionKind' });
const accountingPeriod = z.string().regex(/^\d{4}-\d{2}$/, 'must be a month such as 2026-11');
const signedAmount = money.meta({ description: 'Debits are positive, credits negative.' });

const accountBalance = z
  .strictObject({
    account,
    balance: money.meta({ description: '`posted` + `accrued`. Debits are positive, credits negative.' }),
    posted: money.meta({ description: 'What the ledger holds.' }),
    accrued: money.meta({ description: 'Usage that has not been sealed into the ledger yet.' }),
  })
  .meta({ id: 'AccountBalance' });

export const organizationBalance = z
  .strictObject({
    organizationId: id('organization'),
    currency: z.string(),
    billingMode: z.enum(['prepaid', 'postpaid']),
    credited: money.meta({
      description: 'Payments, adjustments in favour and credit given away, less refunds; all of it.',
    }),
    spent: money.meta({ description: 'Usage and fees billed.' }),
    prepaid: money.meta({ description: 'Left of what was paid before.' }),
    promo: money.meta({ description: 'Left of what was given away.' }),
    owed: money.meta({ description: 'Billed to the receivable and not paid.' }),
    available: money.meta({ description: '`prepaid` + `promo` − `owed`; negative when usage went beyond.' }),
    held: money.nullable().meta({
      description:
        'Set aside for requests that run at this moment; null when this gateway does not know, or of another instant.',
    }),
    cost: money.optional().meta({ description: 'What the usage costs the operator; for the operator only.' }),
    nextExpiry: z
      .strictObject({ creditGrantId: id('creditGrant'), expiresAt: z.iso.datetime(), remaining: money })
      .nullable()
      .meta({ description: 'Of the credit that expires next.' }),
    accounts: z.array(accountBalance).meta({ description: 'Accounts with anything on them.' }),
    asOf: z.iso.datetime(),
  })
  .meta({ id: 'OrganizationBalance' });

export const ledgerEntry = z
  .strictObject({
    id: z.string().meta({ description: 'The transaction and the line.' }),
    transactionId: id('ledgerTransaction'),
    line: z.int(),
    organizationId: id('organization'),
    kind,
    account,
    amount: signedAmount,
    accountingPeriod: z.string(),
    bookedAt: z.iso.datetime(),
  })
  .meta({ id: 'LedgerEntry' });

export const ledgerTransactionFields = {
  id: id('ledgerTransaction'),
  organizationId: id('organization'),
  kind,
  amount: money.meta({
    description:
      'Of usage what the organization is charged, negative when more is refunded than charged; else what it is credited with.',
  }),
  accountingPeriod: z.string(),
  reason: z.string(),
  source: z.string().meta({ description: '`sealing`, or the id of the management token that posted it.' }),
  bookedAt: z.iso.datetime().meta({ description: 'Of usage the booking minute, else the instant of posting.' }),
  createdAt: z.iso.datetime(),
};

export const ledgerTransaction = z.strictObject(ledgerTransactionFields).meta({ id: 'LedgerTransaction' });

export const ledgerTransactionDetail = z
  .strictObject({ ...ledgerTransactionFields, entries: z.array(ledgerEntry) })
  .meta({ id: 'LedgerTransactionDetail' });

const ledgerFilters = {
  organizationId: id('organization').optional(),
  kind: kind.optional(),
  accountingPeriod: accountingPeriod.optional(),
  from: instant().optional().meta({ description: 'Booked at or after it.' }),
  to: instant().optional().meta({ description: 'Booked before it.' }),
};

const ofOrganization = z.strictObject({ organizationId: id('organization') });

export const ledgerOperations = {
  readBalance: defineOperation({
    id: 'readBalance',
    tag,
    summary: "Read an organization's balance",
    description: 'The ledger and the usage that is not sealed into it yet, together.',
    method: 'GET',
    path: '/organizations/{organizationId}/balance',
    permission: 'ledger.read',
    params: ofOrganization,
    query: z.strictObject({
      asOf: instant()
        .optional()
        .meta({ description: 'Past, or to come: what expires until then is gone. Now, when absent.' }),
    }),
    response: organizationBalance,
  }),
  listLedgerTransactions: defineOperation({
    id: 'listLedgerTransactions',
    tag,
    summary: 'List ledger transactions',
    method: 'GET',
    path: '/ledger-transactions',
    permission: 'ledger.read',
    query: z.strictObject({ ...pageQuery(BOOKING_ORDERS), ...ledgerFilters }),
    response: page(ledgerTransaction).meta({ id: 'LedgerTransactionPage' }),
  }),
  readLedgerTransaction: defineOperation({
    id: 'readLedgerTransaction',
    tag,
    summary: 'Read a ledger transaction with its entries',
    method: 'GET',
    path: '/ledger-transactions/{ledgerTransactionId}',
    permission: 'ledger.read',
    params: z.strictObject({ ledgerTransactionId: id('ledgerTransaction') }),
    response: ledgerTransactionDetail,
  }),
  listLedgerEntries: defineOperation({
    id: 'listLedgerEntries',
    tag,
    summary: 'List ledger entries',
    method: 'GET',
    path: '/ledger-entries',
    permission: 'ledger.read',
    query: z.strictObject({ ...pageQuery(BOOKING_ORDERS), ...ledgerFilters, account: account.optional() }),
    response: page(ledgerEntry).meta({ id: 'LedgerEntryPage' }),
  }),
};

export type OrganizationBalance = z.infer<typeof organizationBalance>;
export type LedgerEntry = z.infer<typeof ledgerEntry>;
export type LedgerTransaction = z.infer<typeof ledgerTransaction>;
export type LedgerTransactionDetail = z.infer<typeof ledgerTransactionDetail>;
export type LedgerTransactionListQuery = z.output<typeof ledgerOperations.listLedgerTransactions.query>;
export type LedgerEntryListQuery = z.output<typeof ledgerOperations.listLedgerEntries.query>;
