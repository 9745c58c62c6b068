import type { AlertChannelKind } from '@tollgate/domain';
import type { Mailer } from '@tollgate/mail';

import { postJson } from './post-json.js';
import type { Posted } from './post-json.js';
import { webhookHeaders } from './webhook-signature.js';

/** What is told, in words and for programs. */
export interface AlertMessage {
  /** Of the webhook's message: the same however often it is sent. */
  readonly id: string;
  readonly kind: string;
  readonly severity: string;
  readonly organizationId: string | null;
  readonly subject: string;
  readonly title: string;
  readonly text: string;
  readonly facts: object;
  /** RFC 3339. */
  readonly raisedAt: string;
  /** Its page in the console. */
  readonly link: string;
}

export interface AlertReceiver {
  readonly kind: AlertChannelKind;
  /** Of e-mail, the address. */
  readonly recipient: string;
  /** Of a webhook. */
  readonly url: string | null;
  /** Opened: what webhooks are signed with, or the URL of Slack. Null where it cannot be opened. */
  readonly secret: string | null;
  readonly anywhere: boolean;
}

/** Sends an alert once. Never throws: what went wrong is told. */
export async function sendAlert(message: AlertMessage, receiver: AlertReceiver, mailer: Mailer): Promise<Posted> {
  if (receiver.kind === 'email') return sendMail(message, receiver.recipient, mailer);
  if (receiver.secret === null) return failed('the secret of the channel was sealed with another master key');
  if (receiver.kind === 'slack') {
    return postJson({ url: receiver.secret, headers: {}, body: slackBody(message), anywhere: receiver.anywhere });
  }
  const body = webhookBody(message);
  const headers = webhookHeaders(receiver.secret, { id: message.id, sentAt: Date.now(), body });
  return postJson({ url: receiver.url ?? '', headers, body, anywhere: receiver.anywhere });
}

async function sendMail({ title, text, link }: AlertMessage, to: string, mailer: Mailer): Promise<Posted> {
  const footer = 'Which alerts go where is set in the console, under Budgets & alerts.';
  const { delivery, detail } = await mailer.send({ to, subject: title, text: [text, '', link, '', footer].join('\n') });
  return delivery === 'failed' ? failed(detail ?? 'the mail server did not take it') : DELIVERED;
}

const DELIVERED: Posted = { delivered: true, status: null, error: null, retryAfterMs: null };
const failed = (error: string): Posted => ({ delivered: false, status: null, error, retryAfterMs: null });

function webhookBody({ kind, raisedAt, ...rest }: AlertMessage): string {
  return JSON.stringify({ type: kind, timestamp: raisedAt, data: rest });
}

/** Slack's own characters stand for links and people, which nothing of ours is. */
const plain = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function slackBody({ severity, title, text, link }: AlertMessage): string {
  return JSON.stringify({ text: `*${plain(title)}* (${severity})\n${plain(text)}\n<${link}|Open in Tollgate>` });
}
