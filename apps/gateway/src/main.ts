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
  const masterKey = masterKeyOf(config);
  let onSuperseded = (): void => process.exit(1);
  const gateway = await startGateway({
    config,
    databaseUrl: config.databaseUrl,
    masterKey,
    logger,
    onSuperseded: () => onSuperseded(),
  });
  const stop = stopper(gateway, () => logger.info('the gateway has stopped'));
  onSuperseded = () => stop(1);
  process.on('SIGTERM', () => stop(0));
  process.on('SIGINT', () => stop(0));
  // without the launcher nobody would ever stop this process
  process.on('disconnect', () => stop(0));
  report({ ready: true, port: gateway.port });
}

function masterKeyOf(config: TollgateConfig): Buffer {
  if (config.masterKey !== null) return config.masterKey;
  const file = path.join(config.dataDirectory, 'master-key');
  try {
    return Buffer.from(readFileSync(file, 'utf8').trim(), 'base64');
  } catch {
    throw new GatewayStartError(
      'there is no master key: set TOLLGATE_MASTER_KEY, or start the gateway with `npm start`',
    );
  }
}

/** Stops the gateway once, however often it is asked to, and ends the process with the exit code. */
function stopper(gateway: RunningGateway, stopped: () => void): (exitCode: number) => void {
  let stopping = false;
  return (exitCode) => {
    if (stopping) return;
    stopping = true;
    gateway.stop().then(
      () => {
        stopped();
        process.exit(exitCode);
      },
      () => process.exit(1),
    );
  };
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
