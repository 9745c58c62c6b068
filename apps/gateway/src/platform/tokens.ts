/** Injection tokens of what is not a class of its own; everything else is injected by its class. */
export const APP_CONFIG = Symbol('APP_CONFIG');
export const LOGGER = Symbol('LOGGER');
/** 32 bytes that seal and open provider credentials. */
export const MASTER_KEY = Symbol('MASTER_KEY');
