import 'reflect-metadata';

import { NestFactory } from '@nestjs/core';
import { ConfigurationError, readConfigFromEnvironment } from '@tollgate/config';
import { createLogger } from '@tollgate/telemetry';
import type { Logger } from '@tollgate/telemetry';

import { awaitSchema } from './await-schema.js';
import { Jobs } from './jobs/jobs.js';
import type { WorkerConfig } from './tokens.js';
import { WorkerModule } from './worker.module.js';

/** Runs the worker until SIGTERM, SIGINT, or the end of the process that started it. */
async function main(): Promise<void> {
  const { logLevel, ...config } = readWorkerConfig();
  const log = createLogger({ logLevel }, { service: 'worker' });
  if (!(await awaitSchema(config.databaseUrl, log))) process.exit(0);
  const application = await NestFactory.createApplicationContext(WorkerModule.of(config, log), {
    logger: false,
    abortOnError: false,
  });
  endWith(log, () => application.close());
  await application.get(Jobs).start();
  log.info('worker is ready');
  process.send?.({ ready: true });
}

function readWorkerConfig(): WorkerConfig & { readonly logLevel: string } {
  const { databaseUrl, logLevel, ...config } = readConfigFromEnvironment();
  const { redisUrl, workerMetricsPort, mail, masterKey, publicUrl, port } = config;
  if (databaseUrl === null) throw new ConfigurationError(['DATABASE_URL: the worker needs it']);
  return { databaseUrl, redisUrl, workerMetricsPort, mail, masterKey, publicUrl, port, logLevel };
}

function endWith(log: Logger, close: () => Promise<void>): void {
  let isEnding = false;
  const end = (reason: string): void => {
    if (isEnding) return;
    isEnding = true;
    log.info({ reason }, 'worker is ending');
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'worker could not end cleanly');
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', () => end('SIGTERM'));
  process.once('SIGINT', () => end('SIGINT'));
  // started by the launcher, which is gone: nobody would ever end us
  if (process.send !== undefined) process.once('disconnect', () => end('the launcher is gone'));
}

main().catch((error: unknown) => {
  const failed = error instanceof Error ? error.message : String(error);
  process.stderr.write(`worker: ${failed}\n`);
  if (process.send === undefined) process.exit(1);
  process.send({ failed }, () => process.exit(1));
});
