const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** How long is waited after each failure: eight attempts in about a day. */
const DELAYS_MS = [10 * SECOND_MS, MINUTE_MS, 5 * MINUTE_MS, 30 * MINUTE_MS, 2 * HOUR_MS, 6 * HOUR_MS, 15 * HOUR_MS];
const JITTER = 0.2;
const LONGEST_MS = 24 * HOUR_MS;

/**
 * After how many milliseconds a delivery is tried again; null when it has been tried often enough.
 * @param attempts that were made, from 1.
 * @param retryAfterMs what the receiver asked for; obeyed when it is longer, up to a day.
 * @param random from 0 to 1: receivers that were away are not all asked at once.
 */
export function retryDelay(attempts: number, retryAfterMs: number | null, random: number): number | null {
  const delay = DELAYS_MS[attempts - 1];
  if (delay === undefined) return null;
  const jittered = delay * (1 - JITTER + 2 * JITTER * random);
  return Math.round(Math.min(Math.max(jittered, retryAfterMs ?? 0), LONGEST_MS));
}

/** What a `Retry-After` header asks for, in milliseconds: seconds, or an HTTP date. */
export function retryAfterOf(header: string | undefined, now: number): number | null {
  if (header === undefined) return null;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * SECOND_MS;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
