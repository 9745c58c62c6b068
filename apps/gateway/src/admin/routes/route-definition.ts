import type { Prisma } from '@tollgate/database';
import type { RouteDefinition } from '@tollgate/domain';

/** The column holds what the wire let through, and nobody else writes it. */
export const readDefinition = (row: Pick<Prisma.RouteModel, 'definition'>): RouteDefinition =>
  row.definition as unknown as RouteDefinition;

/** As the column takes it: what a description has besides is no part of it. */
export function writeDefinition(described: RouteDefinition): Prisma.InputJsonObject {
  const { strategy, targets, constraints, fallbacks, sticky, canary, shadow, ...times } = described;
  const { hedgeAfterMs, firstTokenTimeoutMs, totalTimeoutMs } = times;
  const definition: RouteDefinition = {
    ...{ strategy, targets, constraints, fallbacks, sticky, canary, shadow },
    ...{ hedgeAfterMs, firstTokenTimeoutMs, totalTimeoutMs },
  };
  return definition as unknown as Prisma.InputJsonObject;
}
