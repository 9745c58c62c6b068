import { z } from 'zod';
import { budgetRaise } from './budget-ladder.js';
import { countedAmount, futureInstant, id, money, text } from './fields.js';
import { defineOperation } from './operation.js';
import { CREATION_ORDERS, page, pageQuery } from './paging.js';

const tag = 'Budgets';

const isAboveZero = (amount: string): boolean => /[1-9]/.test(amount);

const budgetRaiseDraft = z
  .strictObject({
    amount: countedAmount().refine(isAboveZero, 'must be above 0'),
    currency: z.literal('USD'),
    expiresAt: futureInstant(),
    reason: text(500).meta({ example: 'Launch week' }),
  })
  .meta({ id: 'BudgetRaiseDraft' });

const scope = z.enum(['organization', 'project', 'api_key']);

export const budgetNotice = z
  .strictObject({
    id: id('budgetNotice'),
    budgetId: id('budget'),
    organizationId: id('organization'),
    scope: scope.meta({ description: 'What the budget bounds.' }),
    scopeId: z.string(),
    scopeName: z.string().nullable(),
    percent: z.int().meta({ description: 'Of the rung that was reached.' }),
    spent: money.meta({ description: 'As of then, without what was held for running requests.' }),
    granted: money.meta({ description: 'The amount of the budget and its raises, as of then.' }),
    periodStartsAt: z.iso.datetime(),
    notifiedAt: z.iso.datetime(),
  })
  .meta({ id: 'BudgetNotice' });

const ofBudget = z.strictObject({ budgetId: id('budget') });

export const budgetOperations = {
  listBudgetRaises: defineOperation({
    id: 'listBudgetRaises',
    tag,
    summary: 'List the raises of a budget, the expired ones too',
    method: 'GET',
    path: '/budgets/{budgetId}/raises',
    permission: 'budgets.read',
    params: ofBudget,
    query: z.strictObject(pageQuery(CREATION_ORDERS)),
    response: page(budgetRaise).meta({ id: 'BudgetRaisePage' }),
  }),
  createBudgetRaise: defineOperation({
    id: 'createBudgetRaise',
    tag,
    summary: 'Raise a budget for a while',
    description:
      "An organization cannot raise its own budget: that is the operator's. Sent again with its Idempotency-Key, the " +
      'raise is answered again.',
    method: 'POST',
    path: '/budgets/{budgetId}/raises',
    permission: 'budgets.write',
    idempotent: true,
    params: ofBudget,
    body: budgetRaiseDraft,
    status: 201,
    response: budgetRaise,
  }),
  endBudgetRaise: defineOperation({
    id: 'endBudgetRaise',
    tag,
    summary: 'End a raise now',
    description: 'One that has expired stays as it is.',
    method: 'DELETE',
    path: '/budgets/{budgetId}/raises/{budgetRaiseId}',
    permission: 'budgets.write',
    params: ofBudget.extend({ budgetRaiseId: id('budgetRaise') }),
    response: null,
  }),
  listBudgetNotices: defineOperation({
    id: 'listBudgetNotices',
    tag,
    summary: 'List what people were told about budgets',
    method: 'GET',
    path: '/budget-notices',
    permission: 'budgets.read',
    query: z.strictObject({
      ...pageQuery(CREATION_ORDERS),
      organizationId: id('organization').optional(),
      budgetId: id('budget').optional(),
    }),
    response: page(budgetNotice).meta({ id: 'BudgetNoticePage' }),
  }),
};

export type BudgetNotice = z.infer<typeof budgetNotice>;
