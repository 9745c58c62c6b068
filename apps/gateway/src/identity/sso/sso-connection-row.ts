import type { Prisma } from '@tollgate/database';

export const WITH_DOMAINS = { domains: { orderBy: { domain: 'asc' } } } as const satisfies Prisma.SsoConnectionInclude;

export type SsoConnectionRow = Prisma.SsoConnectionGetPayload<{ include: typeof WITH_DOMAINS }>;
