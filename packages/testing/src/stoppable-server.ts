import { startEmbeddedPostgres, type EmbeddedPostgres } from '@tollgate/embedded-postgres';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { childrenOf } from './processes.js';

/**
 * A Postgres of its own for a suite that takes it away: stopped it refuses connections, frozen it accepts them and
 * answers nothing. It always comes back under the same URL with the same data.
 */
export class StoppableServer {
  private constructor(
    private readonly directory: string,
    private server: EmbeddedPostgres,
  ) {}

  static async start(): Promise<StoppableServer> {
    const directory = await mkdtemp(path.join(tmpdir(), 'tollgate-stoppable-'));
    // as root the server runs under an account of its own, which must reach its folder
    await chmod(directory, 0o755);
    return new StoppableServer(directory, await startEmbeddedPostgres({ directory }));
  }

  get url(): string {
    return this.server.url;
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }

  async resume(): Promise<void> {
    this.server = await startEmbeddedPostgres({ directory: this.directory, port: this.server.port });
  }

  /** Stops the processes of the server where they stand. Answers what lets them go on. */
  async freeze(): Promise<() => void> {
    const pids = await this.pids();
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    return () => {
      for (const pid of pids) process.kill(pid, 'SIGCONT');
    };
  }

  async drop(): Promise<void> {
    await this.stop();
    await rm(this.directory, { recursive: true, force: true });
  }

  /** The server's own process first, then those that serve its connections. */
  private async pids(): Promise<number[]> {
    const file = path.join(this.server.directory, 'data', 'postmaster.pid');
    const postmaster = Number((await readFile(file, 'utf8')).split('\n')[0]);
    return [postmaster, ...(await childrenOf(postmaster))];
  }
}
