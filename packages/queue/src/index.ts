export type { JobName, JobPayload } from './job-catalogue.js';
export { JobHandlersError } from './job-handlers.js';
export type { JobHandler } from './job-handlers.js';
export { JobQueue } from './job-queue.js';
export { JobRunner } from './job-runner.js';
export type { JobRunnerOptions } from './job-runner.js';
export { createQueueBackend, migrateQueueBackend } from './queue-backend.js';
export type { QueueBackend, QueueBackendConfig } from './queue-backend.js';
