import type { Prisma } from '@tollgate/database';
import type { BudgetRaise } from '@tollgate/wire';
import { dollars } from '../http/presentation.js';

export function presentRaise(row: Prisma.BudgetRaiseModel): BudgetRaise {
  return {
    id: row.id,
    budgetId: row.budgetId,
    organizationId: row.organizationId,
    amount: dollars(row.amount),
    reason: row.reason,
    expiresAt: row.expiresAt.toISOString(),
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
  };
}
