/** More than this no model answers; an upstream that sends more is cut off. */
export const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
export const MAX_ERROR_BYTES = 64 * 1024;
/** How long an upstream that bills on is drained after the client has left. */
export const DRAIN_MS = 30_000;
/** How long a client may leave the answer unread before it counts as gone. */
export const CLIENT_STALL_MS = 60_000;
/** How long an upstream may keep its connection open after everything has been said. */
export const LINGER_MS = 1_000;
