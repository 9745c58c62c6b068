import type { ErrorCode } from '@tollgate/domain';

/** Response headers with lower-case names. */
export type UpstreamHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What an upstream's error means, with nothing in it that a client must not see. */
export interface UpstreamErrorFacts {
  readonly code: ErrorCode;
  /** For the client: free of secrets, account ids and addresses of the upstream. */
  readonly message: string;
  /** The client's field at fault, where the upstream names one. */
  readonly param: string | null;
  /** The upstream's own code or type, for operators. */
  readonly upstreamCode: string | null;
  /** How long the upstream asks to wait. */
  readonly retryAfterMs: number | null;
  /** The credential itself is dead: never because of one request, a quota or an overload. */
  readonly credentialFault: boolean;
  /** The request caused it: another try fails the same way, and nobody else is affected. */
  readonly requestFault: boolean;
}

const MAX_MESSAGE_CHARACTERS = 1000;

/** What is cut out of an upstream's message, in this order. */
const SENSITIVE: readonly (readonly [RegExp, string])[] = [
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>)\]]+/gi, '[address]'],
  [/\bbearer\s+\S+/gi, '[credential]'],
  [/\b(?:sk|pk|rk|gsk|xai|hf|pplx|nvapi|csk|tgp)[-_][\w*.-]{4,}/gi, '[credential]'],
  [/\b(?:key|token|api[-_]?key)[-_](?=[\w*.-]*[\d*])[\w*.-]{4,}/gi, '[credential]'],
  [/\bAIza[\w-]{10,}/g, '[credential]'],
  [
    /\b(?:org|organization|proj|project|user|acct|account|team|tenant|subscription)[-_](?:(?=[a-z]*\d)[a-z0-9]{6,}|[a-z0-9]{16,})/gi,
    '[account]',
  ],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '[id]'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, '[address]'],
  [/\b(?:localhost|[\w-]+(?:\.[\w-]+)*\.(?:internal|local|svc|lan))(?::\d+)?\b/gi, '[address]'],
  [/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, '[account]'],
  [/\b(?=\w*\d)(?=\w*[A-Za-z])\w{32,}\b/g, '[id]'],
];

/** An upstream's message as a client may see it, or `null` when nothing is left of it. */
export function publicMessage(text: unknown): string | null {
  if (typeof text !== 'string') return null;
  let message = text.slice(0, MAX_MESSAGE_CHARACTERS * 2);
  for (const [pattern, replacement] of SENSITIVE) message = message.replaceAll(pattern, replacement);
  message = message.replaceAll(/\p{Cc}+/gu, ' ').trim();
  return message === '' ? null : message.slice(0, MAX_MESSAGE_CHARACTERS);
}
