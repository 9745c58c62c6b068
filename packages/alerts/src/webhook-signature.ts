import { createHmac, randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';
const SECRET_BYTES = 32;

/** A signing secret as the Standard Webhooks specification writes it: `whsec_` and base64. */
export const newWebhookSecret = (): string => PREFIX + randomBytes(SECRET_BYTES).toString('base64');

export interface WebhookMessage {
  /** The same however often it is sent. */
  readonly id: string;
  /** Unix milliseconds of this attempt. */
  readonly sentAt: number;
  readonly body: string;
}

/**
 * The headers that prove a message (Standard Webhooks 1.0): HMAC-SHA256 over `id.timestamp.body`, the timestamp in
 * seconds, under the bytes that the secret stands for.
 */
export function webhookHeaders(secret: string, { id, sentAt, body }: WebhookMessage): Record<string, string> {
  const timestamp = String(Math.floor(sentAt / 1_000));
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
