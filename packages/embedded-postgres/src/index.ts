export { EmbeddedPostgresError } from './embedded-postgres-error.js';
export { clusterExists } from './placement.js';
export { acquireProcessLock, isProcessLockHeld, LockHeldError, type ProcessLock } from './process-lock.js';
export {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from './start-embedded-postgres.js';
