export { EmbeddedPostgresError } from './embedded-postgres-error.js';
export { acquireProcessLock, LockHeldError, type ProcessLock } from './process-lock.js';
export {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from './start-embedded-postgres.js';
