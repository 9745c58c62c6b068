import { claimDeliveries, noteAttempt, storedSecret } from '@tollgate/database';
import type { ClaimedDelivery, Database } from '@tollgate/database';
import type { Mailer } from '@tollgate/mail';

import { alertText } from './alert-text.js';
import { retryDelay } from './retry-schedule.js';
import { sendAlert } from './send-alert.js';
import type { AlertMessage } from './send-alert.js';

/** The receiver says that nothing is wanted there any more. */
const GONE = 410;

export interface DeliveryMeans {
  readonly pool: Database['pool'];
  readonly mailer: Mailer;
  /** Null: secrets of channels cannot be opened. */
  readonly masterKey: Buffer | null;
  /** Of the console, for links. */
  readonly origin: string;
}

/**
 * Sends deliveries that are due, at once, and notes what came of each. Each is sent at least once: whoever dies between
 * sending and noting has sent it, and it is sent again when the lease ends, under the same id.
 * @returns how many were tried.
 */
export async function deliverDue(means: DeliveryMeans, at: Date): Promise<number> {
  const claimed = await claimDeliveries(means.pool, at);
  await Promise.all(claimed.map((delivery) => deliver(means, delivery)));
  return claimed.length;
}

async function deliver({ pool, mailer, masterKey, origin }: DeliveryMeans, delivery: ClaimedDelivery): Promise<void> {
  const startedAt = new Date();
  const started = performance.now();
  const { channelId: id, ciphertext, channelKind: kind, recipient, url } = delivery;
  // sealed with another master key, or none is known here
  const secret = masterKey === null ? null : (storedSecret(masterKey, { id, ciphertext }) ?? null);
  const receiver = { kind, recipient, url, secret, anywhere: delivery.urlByOperator };
  const posted = await sendAlert(messageOf(delivery, origin), receiver, mailer);
  const durationMs = Math.round(performance.now() - started);
  const isGone = posted.status === GONE;
  const delay = posted.delivered || isGone ? null : retryDelay(delivery.attempts, posted.retryAfterMs, Math.random());
  await noteAttempt(pool, {
    deliveryId: delivery.id,
    startedAt,
    durationMs,
    status: posted.status,
    error: posted.delivered ? null : (posted.error ?? 'not delivered'),
    nextAttemptAt: delay === null ? null : new Date(startedAt.getTime() + durationMs + delay),
    isGone,
  });
}

function messageOf(delivery: ClaimedDelivery, origin: string): AlertMessage {
  const { alertKind: kind, facts, organizationId, organizationName, timeZone, severity, subject } = delivery;
  const reader = { organizationName, timeZone };
  return {
    id: delivery.alertId,
    kind,
    severity,
    organizationId,
    subject,
    ...alertText(kind, facts as never, reader),
    facts,
    raisedAt: delivery.raisedAt.toISOString(),
    link: linkOf(origin, organizationId),
  };
}

const linkOf = (origin: string, organizationId: string | null): string =>
  `${origin}/alerts${organizationId === null ? '?audience=operator' : `?organization=${organizationId}`}`;

/** The message that a test of a channel sends. @param id of the webhook's message */
export function testMessage(id: string, organizationId: string | null, origin: string): AlertMessage {
  return {
    id,
    kind: 'channel.tested',
    severity: 'info',
    organizationId,
    subject: id,
    title: 'A test of an alert channel',
    text: 'Somebody has sent this to see whether alerts arrive here. They do.',
    facts: {},
    raisedAt: new Date().toISOString(),
    link: linkOf(origin, organizationId),
  };
}
