import type { LadderRung } from '@tollgate/domain';
import { z } from 'zod';
import { id, money, rateLimit } from './fields.js';

const MAX_RUNGS = 20;
const MAX_REQUESTS_PER_MINUTE = 1_000_000;

const percent = () => z.int().min(1).max(100);

const rung = z
  .discriminatedUnion('action', [
    z.strictObject({ percent: percent(), action: z.enum(['notify', 'cheaper-model']) }),
    z.strictObject({
      percent: percent(),
      action: z.literal('throttle'),
      requestsPerMinute: z.int().min(1).max(MAX_REQUESTS_PER_MINUTE),
    }),
  ])
  .meta({
    id: 'LadderRung',
    description:
      'What happens when so much of the budget is used up. `notify`: owners, admins and finance people are told, once per ' +
      'month and percent. `cheaper-model`: requests go to the fallbacks of their route for the cause `budget`, or to the ' +
      'cheapest of its deployments. `throttle`: so many requests per minute at most.',
  });

const rungKey = ({ percent: share, action }: LadderRung): string => `${share} ${action}`;

/** Whatever order it comes in, it is kept by percent, the lowest first. */
export const budgetLadder = () =>
  z
    .array(rung)
    .max(MAX_RUNGS)
    .refine(
      (rungs) => new Set(rungs.map(rungKey)).size === rungs.length,
      'must not have two rungs of one percent and action',
    )
    .overwrite((rungs) => [...rungs].sort((a, b) => a.percent - b.percent || (a.action < b.action ? -1 : 1)))
    .meta({ description: 'Rungs below the end of the budget, at which requests are refused in any case.' });

export const budgetRaise = z
  .strictObject({
    id: id('budgetRaise'),
    budgetId: id('budget'),
    organizationId: id('organization'),
    amount: money.meta({ description: 'Granted beside the amount of the budget until it expires.' }),
    reason: z.string(),
    expiresAt: z.iso.datetime(),
    createdBy: z.string().meta({ description: 'Id of the management token or console user.' }),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'BudgetRaise' });

/** Ceilings, as whatever they bound tells of them. */
export const limitFields = {
  rateLimit,
  monthlyBudget: money.nullable(),
  budgetLadder: z.array(rung),
  budgetId: id('budget').nullable().meta({ description: 'Null: there is no budget.' }),
  budgetRaises: z.array(budgetRaise).meta({ description: 'Those that have not expired.' }),
  limitsSource: z.enum(['api', 'file']).meta({
    description: 'Rate limit and budget of the `file` are described by tollgate.yaml and cannot be changed here.',
  }),
};

export type BudgetLadder = z.output<ReturnType<typeof budgetLadder>>;
export type BudgetRaise = z.infer<typeof budgetRaise>;
