import { inTransaction, requestManualPosting } from '@tollgate/database';
import { parsePicos } from '@tollgate/domain';

import type { RunningProduct } from './running-product.js';
import { until } from './running-product.js';

export interface PrepaidTenant {
  readonly organizationId: string;
  readonly projectId: string;
  readonly key: string;
}

export interface ShownBalance {
  readonly granted: string;
  readonly spent: string;
  readonly held: string;
  readonly available: string;
}

let made = 0;

/** An organization that pays beforehand, with a key for every model and nothing on its account. */
export async function createPrepaidTenant(product: RunningProduct): Promise<PrepaidTenant> {
  made += 1;
  const slug = `prepaid-${made}-${Math.random().toString(36).slice(2, 8)}`;
  const draft = { name: `Prepaid ${made}`, slug, billingMode: 'prepaid' };
  const organizationId = String((await product.manage('POST', '/organizations', draft))['id']);
  const project = await product.manage('POST', `/organizations/${organizationId}/projects`, { name: 'Default' });
  const projectId = String(project['id']);
  const body = { name: 'prepaid key', modelAllowlist: ['*'] };
  const key = await product.manage('POST', `/projects/${projectId}/api-keys`, body);
  return { organizationId, projectId, key: String(key['secret']) };
}

export interface GivenCredit {
  /** USD. */
  readonly amount: string;
  readonly kind?: 'payment' | 'promotion';
  readonly priority?: number;
  readonly expiresAt?: Date;
}

let postings = 0;

/** Posts it as the operator's word does. */
export async function giveCredit(product: RunningProduct, organizationId: string, credit: GivenCredit): Promise<void> {
  postings += 1;
  const { amount, expiresAt, kind = 'payment', ...rest } = credit;
  const draft = {
    organizationId,
    kind,
    picos: parsePicos(amount),
    reason: 'test',
    requestedBy: 'test',
    idempotencyKey: `test-${postings}`,
    ...rest,
    ...(expiresAt === undefined ? {} : { expiresAt: expiresAt.getTime() }),
  };
  await inTransaction(product.pool, 'READ COMMITTED', (client) => requestManualPosting(client, draft));
}

/** What the gateway says a key can still use; `null` of an organization that pays afterwards. */
export async function balanceOf(product: RunningProduct, key: string): Promise<ShownBalance | null> {
  const response = await fetch(`${product.baseUrl}/key`, { headers: { authorization: `Bearer ${key}` } });
  const shown = (await response.json()) as { balance: ShownBalance | null };
  return shown.balance;
}

/** Waits until the gateway has heard that so much is available. */
export async function untilAvailable(product: RunningProduct, key: string, usd: string): Promise<void> {
  let last: ShownBalance | null = null;
  await until(
    async () => Number((last = await balanceOf(product, key))?.available) === Number(usd),
    () => `${usd} USD do not become available: ${JSON.stringify(last)}`,
  );
}
