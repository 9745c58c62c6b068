import { readConfigFromEnvironment, readDemoConfigFromEnvironment, type TollgateConfig } from '@tollgate/config';
import { Database, deployMigrations } from '@tollgate/database';
import { migrateQueueBackend } from '@tollgate/queue';
import { bootstrap, type BootstrapResult } from '../bootstrap/bootstrap.js';
import { discoverProviders, type DiscoveredProvider } from '../bootstrap/discover-providers.js';
import { writeDemoFile, type DemoFile } from '../demo/demo-file.js';
import { fillHistory } from '../demo/fill-history.js';
import { historyProgress } from '../demo/history-progress.js';
import { contentOf, matchDemo, openDemo, type DemoWish } from '../demo/open-demo.js';
import { banner, secretLines, servesConsole, type SecretFacts } from './banner.js';
import { Cleanup } from './cleanup.js';
import { noteConsoleAddress } from './console-address.js';
import { takeDataDirectory } from './data-directory.js';
import { runDatabaseServer, type DatabaseServer } from './database-server.js';
import { requireFreePort } from './free-port.js';
import { masterKeyFor } from './master-key.js';
import { programOf, SupervisedProcess } from './supervised-process.js';

export interface StartOptions {
  /** Prints nothing but the secrets of a first start. */
  readonly quiet: boolean;
  /** Null: what is started is real. */
  readonly demo: DemoWish | null;
}

/** How long a child may take beyond the time that it gives to running requests. */
const STOP_MARGIN_MS = 5000;

/**
 * A nursery of 32 MB: less of what small requests leave behind is alive when it is emptied. Waking other threads for
 * that only costs. The gateway empties it itself after so many bytes of bodies. A worker holds a batch of events until
 * it is booked, which a large nursery need not copy (docs/performance.md).
 */
const NODE_OPTIONS = {
  gateway: ['--max-semi-space-size=32', '--no-parallel-scavenge', '--expose-gc'],
  worker: ['--max-semi-space-size=32'],
} as const;

/**
 * The whole product on this machine: database, schema, first organization, gateway, worker. Runs until it is told to
 * stop.
 * @throws when something cannot start; what had been started is stopped again.
 */
export async function startInstallation({ quiet, demo: wish }: StartOptions): Promise<void> {
  const config = wish === null ? readConfigFromEnvironment() : readDemoConfigFromEnvironment();
  const cleanup = new Cleanup();
  stopOnSignals(cleanup);
  try {
    const lock = await takeDataDirectory(config.dataDirectory);
    await cleanup.add(() => lock.release());
    const opened = openDemo(config, wish);
    await requireFreePort(config.host, config.port);
    noteConsoleAddress(config);
    const discovery = wish === null ? discoverProviders(config.environmentProviders) : [];
    const server = await runDatabaseServer(config, warn);
    await cleanup.add(() => server.stop());
    const at = { directory: config.dataDirectory, place: server.place };
    const demo = matchDemo(opened, await contentOf(server.url), at);
    const facts = { config, masterKey: masterKeyFor(config), server, providers: await discovery, demo, quiet };
    const prepared = await prepareDatabase(facts);
    const shown = { ...facts, ...prepared, place: server.place };
    await withSecretsShown(shown, () => startChildren(facts, cleanup));
    process.stdout.write(quiet ? secretLines(shown) : banner(shown));
  } catch (error) {
    await cleanup.run();
    throw error;
  }
}

interface Installation {
  readonly config: TollgateConfig;
  readonly masterKey: Buffer;
  readonly server: DatabaseServer;
  readonly providers: readonly DiscoveredProvider[];
  readonly demo: DemoFile | null;
  readonly quiet: boolean;
}

async function prepareDatabase({ config, server, masterKey, ...facts }: Installation): Promise<BootstrapResult> {
  await deployMigrations(server.url);
  await migrateQueueBackend({ databaseUrl: server.url, redisUrl: config.redisUrl });
  const database = Database.connect(server.url, { poolSize: 2, applicationName: 'tollgate-bootstrap' });
  try {
    const { providers, demo } = facts;
    const order = { masterKey, providers, servesConsole: servesConsole(config), ...(demo !== null && { demo }) };
    return await bootstrap(database, order);
  } finally {
    await database.close();
  }
}

async function startChildren(installation: Installation, cleanup: Cleanup): Promise<void> {
  const { config, masterKey, server, demo } = installation;
  const environment = {
    DATABASE_URL: server.url,
    TOLLGATE_DATA: config.dataDirectory,
    TOLLGATE_MASTER_KEY: masterKey.toString('base64'),
  };
  const stopTimeoutMs = config.shutdownTimeoutMs + STOP_MARGIN_MS;
  // the gateway is stopped first: what it still forwards is there for the worker's next start
  const [worker, gateway] = (['worker', 'gateway'] as const).map(
    (name) =>
      new SupervisedProcess(
        { name, file: programOf(name), environment, nodeOptions: NODE_OPTIONS[name], stopTimeoutMs },
        warn,
      ),
  ) as [SupervisedProcess, SupervisedProcess];
  for (const child of [worker, gateway]) await cleanup.add(() => child.stop());
  process.once('exit', () => [worker, gateway].forEach((child) => child.kill()));
  if (demo === null || demo.complete) {
    await Promise.all([worker.start(), gateway.start()]);
    return;
  }
  await worker.start();
  await makeHistory({ ...installation, demo }, cleanup);
  // it learns at its start what has been spent
  await gateway.start();
}

async function makeHistory(
  { config, server, demo, quiet }: Installation & { readonly demo: DemoFile },
  cleanup: Cleanup,
): Promise<void> {
  const stopping = new AbortController();
  await cleanup.add(() => stopping.abort());
  const database = Database.connect(server.url, { poolSize: 2, applicationName: 'tollgate-demo' });
  const progress = historyProgress(process.stdout, quiet);
  try {
    await fillHistory({
      pool: database.pool,
      demo,
      signal: stopping.signal,
      progress: (done, total) => progress.show(done, total),
    });
    progress.end();
    writeDemoFile(config.dataDirectory, { ...demo, complete: true });
  } finally {
    await database.close();
  }
}

/** The secrets are in the database already: whatever fails from here on, they must have been seen. */
async function withSecretsShown(facts: SecretFacts, start: () => Promise<void>): Promise<void> {
  try {
    await start();
  } catch (error) {
    process.stdout.write(secretLines(facts));
    throw error;
  }
}

function stopOnSignals(cleanup: Cleanup): void {
  let asked = false;
  const stop = (): void => {
    // the second time: children are killed on exit, and the database's watchdog sees us go
    if (asked) process.exit(130);
    asked = true;
    cleanup.run().then(
      () => process.exit(0),
      (error: unknown) => {
        warn(String(error));
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
}

function warn(line: string): void {
  process.stderr.write(`tollgate: ${line}\n`);
}
