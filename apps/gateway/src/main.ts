import { readFileSync } from 'node:fs';
import path from 'node:path';

import { ConfigurationError, readConfigFromEnvironment, type TollgateConfig } from '@tollgate/config';
import { createLogger } from '@tollgate/telemetry';

import { GatewayStartError } from './gateway-error.js';
import { type RunningGateway, startGateway } from './gateway.js';

/** Told to whoever started this process; without a parent that listens, the log says the same. */
type Report = { readonly ready: true; readonly port: number } | { readonly failed: string };

async function main(): Promise<void> {
  const config = readConfigFromEnvironment();
  const logger = createLogger(config, { service: 'gateway' });
  if (config.databaseUrl === null) throw new GatewayStartError('a gateway that is started alone needs DATABASE_URL');
  process.on('uncaughtException', (error) => {
    // state is unknown from here on: what is in the journal is safe, the launcher starts the process anew
    logger.fatal({ err: error }, 'uncaught exception');
    process.exit(1);
  });
  const gateway = await startGateway({
    config,
    databaseUrl: config.databaseUrl,
    masterKey: masterKeyOf(config),
    logger,
  });
  stopOnSignal(gateway, () => logger.info('the gateway has stopped'));
  report({ ready: true, port: gateway.port });
}

function masterKeyOf(config: TollgateConfig): Buffer {
  if (config.masterKey !== null) return config.masterKey;
  const file = path.join(config.dataDirectory, 'master-key');
  try {
    return Buffer.from(readFileSync(file, 'utf8').trim(), 'base64');
  } catch {
    throw new GatewayStartError(
      'there is no master key: set TOLLGATE_MASTER_KEY, or start the gateway with `tollgate start`',
    );
  }
}

function stopOnSignal(gateway: RunningGateway, stopped: () => void): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    gateway.stop().then(
      () => {
        stopped();
        process.exit(0);
      },
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // without the launcher nobody would ever stop this process
  process.on('disconnect', stop);
}

function report(message: Report): void {
  process.send?.(message);
}

main().catch((error: unknown) => {
  const expected = error instanceof GatewayStartError || error instanceof ConfigurationError;
  const failed = expected
    ? error.message
    : `the gateway failed to start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  // whoever started this process tells its operator; alone, this is the only place
  if (process.send === undefined) process.stderr.write(`${failed}\n`);
  report({ failed: failed.split('\n', 1)[0] ?? failed });
  setImmediate(() => process.exit(1));
});
