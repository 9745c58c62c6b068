import { LEDGER_ACCOUNTS } from '@tollgate/domain';
import { z } from 'zod';
import { id, instant, money } from './fields.js';
import { defineOperation } from './operation.js';

const tag = 'Accounting';

export const accountingPeriodLabel = () =>
  z
    .string()
    .regex(/^2[01]\d\d-(0[1-9]|1[0-2])$/, 'must be a month such as 2026-11')
    .meta({ example: '2026-11' });

const signed = (description: string) =>
  money.meta({ description: `${description} Debits are positive, credits negative.` });

const trialBalanceRow = z
  .strictObject({
    account: z.enum(LEDGER_ACCOUNTS),
    opening: signed('At the beginning of the period; 0 for a balance as of an instant.'),
    debits: money,
    credits: money.meta({ description: 'Without a sign.' }),
    closing: signed('`opening` + `debits` − `credits`.'),
  })
  .meta({ id: 'TrialBalanceRow' });

const trialBalance = z
  .strictObject({
    organizationId: id('organization').nullable().meta({ description: 'Null: all that are not simulated.' }),
    accountingPeriod: z.string().nullable(),
    asOf: z.iso.datetime().nullable(),
    currency: z.string(),
    rows: z.array(trialBalanceRow).meta({ description: 'Accounts with anything on them.' }),
    debits: money,
    credits: money,
    balances: z.boolean().meta({ description: 'Whether debits and credits are the same, and closings sum to zero.' }),
  })
  .meta({ id: 'TrialBalance' });

const movement = z
  .strictObject({
    kind: z.string().meta({ description: 'Such as `payments`, `used`, `expired`.' }),
    amount: money.meta({ description: 'Above zero: there is more credit afterwards.' }),
  })
  .meta({ id: 'RollForwardMovement' });

const rollForward = z
  .strictObject({
    opening: money,
    movements: z.array(movement),
    closing: money,
    ties: z.boolean().meta({ description: 'Whether opening and movements come to the closing balance of the books.' }),
  })
  .meta({ id: 'RollForward' });

const prepaidRollForward = z
  .strictObject({
    organizationId: id('organization').nullable(),
    accountingPeriod: z.string(),
    currency: z.string(),
    prepaid: rollForward.meta({ description: 'What is owed in usage: the liability.' }),
    promo: rollForward.meta({ description: 'Credit that was given away and is not used yet.' }),
  })
  .meta({ id: 'PrepaidRollForward' });

const closingCheck = z
  .strictObject({
    check: z.string().meta({ description: 'What has to be so before the period can be closed.' }),
    passed: z.boolean(),
    detail: z.string(),
  })
  .meta({ id: 'ClosingCheck' });

export const accountingPeriod = z
  .strictObject({
    organizationId: id('organization'),
    label: z.string(),
    startsAt: z.iso.datetime(),
    endsAt: z.iso.datetime(),
    state: z.enum(['open', 'closed']),
    closedAt: z.iso.datetime().nullable(),
    closedBy: z.string().nullable(),
    checklist: z.array(closingCheck).meta({ description: 'As it was when it was closed; empty of one that is open.' }),
  })
  .meta({ id: 'AccountingPeriod' });

const params = z.strictObject({ organizationId: id('organization'), accountingPeriod: accountingPeriodLabel() });
const mayName = { organizationId: id('organization').optional() };

export const accountingOperations = {
  readTrialBalance: defineOperation({
    id: 'readTrialBalance',
    tag,
    summary: 'Read a trial balance, of a period or as of an instant',
    description: 'The operator may leave the organization out: then it is of all that are not simulated.',
    method: 'GET',
    path: '/trial-balance',
    permission: 'ledger.read',
    query: z.strictObject({
      ...mayName,
      asOf: instant().optional().meta({ description: 'Past or to come; now when neither is given.' }),
      accountingPeriod: accountingPeriodLabel().optional().meta({ description: 'Instead of `asOf`.' }),
    }),
    response: trialBalance,
  }),
  readPrepaidRollForward: defineOperation({
    id: 'readPrepaidRollForward',
    tag,
    summary: 'Read how prepaid and promotional credit came to what it is at the end of a period',
    method: 'GET',
    path: '/prepaid-roll-forward',
    permission: 'ledger.read',
    query: z.strictObject({ ...mayName, accountingPeriod: accountingPeriodLabel() }),
    response: prepaidRollForward,
  }),
  listAccountingPeriods: defineOperation({
    id: 'listAccountingPeriods',
    tag,
    summary: "List an organization's accounting periods, newest first",
    method: 'GET',
    path: '/organizations/{organizationId}/accounting-periods',
    permission: 'ledger.read',
    params: z.strictObject({ organizationId: id('organization') }),
    response: z
      .strictObject({ data: z.array(accountingPeriod), asOf: z.iso.datetime() })
      .meta({ id: 'AccountingPeriodList' }),
  }),
  checkAccountingPeriod: defineOperation({
    id: 'checkAccountingPeriod',
    tag,
    summary: 'Read whether an accounting period can be closed, and what is in the way',
    method: 'GET',
    path: '/organizations/{organizationId}/accounting-periods/{accountingPeriod}/checklist',
    permission: 'accounting-periods.write',
    operatorOnly: true,
    params,
    response: z
      .strictObject({ canClose: z.boolean(), checklist: z.array(closingCheck) })
      .meta({ id: 'ClosingChecklist' }),
  }),
  closeAccountingPeriod: defineOperation({
    id: 'closeAccountingPeriod',
    tag,
    summary: 'Close an accounting period for good',
    description:
      'Nothing is ever booked into it again: what arrives later is a correction in the next one. A person answers for it.',
    method: 'POST',
    path: '/organizations/{organizationId}/accounting-periods/{accountingPeriod}/closings',
    permission: 'accounting-periods.write',
    operatorOnly: true,
    personal: true,
    params,
    status: 201,
    response: accountingPeriod,
  }),
};

export type TrialBalance = z.infer<typeof trialBalance>;
export type PrepaidRollForward = z.infer<typeof prepaidRollForward>;
export type RollForward = z.infer<typeof rollForward>;
export type AccountingPeriod = z.infer<typeof accountingPeriod>;
export type ClosingCheck = z.infer<typeof closingCheck>;
