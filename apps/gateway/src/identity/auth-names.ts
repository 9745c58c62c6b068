/** Names on which the sign-in library and those around it have to agree; apart, because the library is loaded late. */
export const AUTH_PATH = '/api/auth';
export const COOKIE_PREFIX = 'console';
/** Ours alone: whatever a client sends under these names does not reach the library. */
export const CLIENT_ADDRESS_HEADER = 'x-client-ip';
export const REQUEST_ID_HEADER = 'x-request-id';
