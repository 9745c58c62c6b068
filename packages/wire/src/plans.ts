import { z } from 'zod';
import { billingMode } from './billing-mode.js';
import {
  atLeastOneField,
  budgetAmount,
  id,
  money,
  monthlyBudget,
  name,
  NO_FIELD_MESSAGE,
  rateLimit,
  revisionFields,
} from './fields.js';
import { defineOperation } from './operation.js';
import { NAMED_ORDERS, page, pageQuery } from './paging.js';

const tag = 'Plans';

const NONE = { amount: '0', currency: 'USD' as const };
const NO_LIMITS = { requestsPerMinute: null, tokensPerMinute: null, concurrency: null };

const plan = z
  .strictObject({
    id: id('plan'),
    name: z.string(),
    billingMode: billingMode.meta({ description: 'Of every organization that has the plan.' }),
    priceBookId: id('priceBook')
      .nullable()
      .meta({ description: 'Holds for organizations without a book of their own; null: the default book.' }),
    platformFee: money.meta({ description: 'Per calendar month.' }),
    includedCredit: money.meta({
      description: 'Given for each calendar month, spent before what was paid for, and gone at its end.',
    }),
    rateLimit: rateLimit.meta({ description: 'Each holds for organizations without one of their own.' }),
    monthlyBudget: money
      .nullable()
      .meta({ description: 'Holds for organizations without a budget of their own. Null: no budget.' }),
    archivedAt: z.iso.datetime().nullable().meta({ description: 'Given to nobody any more; who has it keeps it.' }),
    ...revisionFields,
  })
  .meta({ id: 'Plan' });

const planDraft = z
  .strictObject({
    name: name(),
    billingMode: billingMode.default('postpaid'),
    priceBookId: id('priceBook').nullable().default(null),
    platformFee: budgetAmount.default(NONE),
    includedCredit: budgetAmount.default(NONE),
    rateLimit: rateLimit.default(NO_LIMITS),
    monthlyBudget: monthlyBudget().default(null),
  })
  .meta({ id: 'PlanDraft' });

const planChange = z
  .strictObject({
    name: name(),
    billingMode,
    priceBookId: id('priceBook').nullable(),
    platformFee: budgetAmount,
    includedCredit: budgetAmount,
    rateLimit,
    monthlyBudget: monthlyBudget(),
    archived: z.boolean(),
  })
  .partial()
  .refine(atLeastOneField, NO_FIELD_MESSAGE)
  .meta({ id: 'PlanChange' });

const params = z.strictObject({ planId: id('plan') });

export const planOperations = {
  listPlans: defineOperation({
    id: 'listPlans',
    tag,
    summary: 'List plans',
    description: 'An organization sees its own plan only.',
    method: 'GET',
    path: '/plans',
    permission: 'plans.read',
    query: z.strictObject({ ...pageQuery(NAMED_ORDERS), name: name().optional() }),
    response: page(plan).meta({ id: 'PlanPage' }),
  }),
  createPlan: defineOperation({
    id: 'createPlan',
    tag,
    summary: 'Create a plan',
    method: 'POST',
    path: '/plans',
    permission: 'plans.write',
    operatorOnly: true,
    body: planDraft,
    status: 201,
    response: plan,
    versioned: true,
  }),
  readPlan: defineOperation({
    id: 'readPlan',
    tag,
    summary: 'Read a plan',
    method: 'GET',
    path: '/plans/{planId}',
    permission: 'plans.read',
    params,
    response: plan,
    versioned: true,
  }),
  updatePlan: defineOperation({
    id: 'updatePlan',
    tag,
    summary: 'Change or archive a plan',
    description:
      'Holds at once for every organization of the plan, but for the fee and the credit of the running month: those that ' +
      'were posted stay. An archived plan is given to nobody any more; who has it keeps it.',
    method: 'PATCH',
    path: '/plans/{planId}',
    permission: 'plans.write',
    operatorOnly: true,
    conditional: true,
    params,
    body: planChange,
    response: plan,
    versioned: true,
  }),
};

export type Plan = z.infer<typeof plan>;
