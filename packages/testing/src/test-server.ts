import { startEmbeddedPostgres } from '@tollgate/embedded-postgres';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Set by Jest's global set-up for its workers: a URL that may create databases. */
const SERVER_VARIABLE = 'TOLLGATE_TEST_POSTGRES';

/** Tests kill clients, never the machine: nothing has to survive a power cut. */
const TEST_SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' };

let own: Promise<string> | undefined;

/** The server of this test run; a suite that runs outside of one, from an editor say, gets a server for itself. */
export function testServerUrl(): Promise<string> {
  const shared = process.env[SERVER_VARIABLE];
  if (shared !== undefined) return Promise.resolve(shared);
  own ??= startTestServer().then(({ url }) => url);
  return own;
}

/**
 * Starts the one server of a test run and tells the workers, which inherit the environment. The server ends with this
 * process, however that ends, and takes its folder along.
 */
export async function startTestServer(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const directory = await mkdtemp(path.join(tmpdir(), 'tollgate-test-'));
  const server = await startEmbeddedPostgres({ directory, settings: TEST_SETTINGS, temporary: true });
  process.env[SERVER_VARIABLE] = server.url;
  return { url: server.url, stop: () => server.stop() };
}
