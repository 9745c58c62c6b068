import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

/** The unprivileged account under which the server runs when we are root: Postgres refuses to run as root. */
export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
}

/** `null` when we are not root: the server then runs as we do. */
export function serverAccount(): ServerAccount | null {
  if (process.getuid?.() !== 0) return null;
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new EmbeddedPostgresError(
    'Postgres refuses to run as root, and there is no account named postgres or nobody: set DATABASE_URL',
  );
}

/** Whether the account can use a path so: `-x` enter or execute, `-w` write. */
export function accountCan(account: ServerAccount, test: '-x' | '-w', file: string): boolean {
  return spawnSync('test', [test, file], { ...account, cwd: '/' }).status === 0;
}
