/** Names on which the sign-in library and those around it have to agree; apart, because the library is loaded late. */
export const AUTH_PATH = '/api/auth';
export const COOKIE_PREFIX = 'console';
/** Ours alone: whatever a client sends under this name does not reach the library. */
export const CLIENT_ADDRESS_HEADER = 'x-client-ip';
export const SIGN_IN_PATH = '/sign-in/email';
export const SIGN_OUT_PATH = '/sign-out';
export const SESSION_PATH = '/get-session';
