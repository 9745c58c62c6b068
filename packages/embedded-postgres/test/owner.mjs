/** A process that owns an embedded Postgres: prints what it got as one line of JSON, and stops it on SIGTERM. */
import { startEmbeddedPostgres } from '@tollgate/embedded-postgres';

try {
  const { url, directory, reused, stop } = await startEmbeddedPostgres(JSON.parse(process.argv[2]));
  console.log(JSON.stringify({ url, directory, reused }));
  const idle = setInterval(() => undefined, 60_000);
  process.once('SIGTERM', () => void stop().then(() => clearInterval(idle)));
} catch (error) {
  console.log(JSON.stringify({ error: error.message }));
}
