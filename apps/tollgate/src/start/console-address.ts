import type { TollgateConfig } from '@tollgate/config';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { consoleUrl } from './banner.js';
import { isInUse } from './data-directory.js';

type Place = Pick<TollgateConfig, 'dataDirectory' | 'host' | 'port' | 'publicUrl'>;

/** Leaves a note of where the console is, for commands that run with another environment than the launcher. */
export function noteConsoleAddress(config: Place): void {
  writeFileSync(fileIn(config), consoleUrl(config), { mode: 0o600 });
}

/** Where the running installation has its console; null when none runs on the data directory. */
export function runningConsoleAddress(config: Place): string | null {
  return isInUse(config.dataDirectory) && existsSync(fileIn(config)) ? readFileSync(fileIn(config), 'utf8') : null;
}

const fileIn = ({ dataDirectory }: Place): string => path.join(dataDirectory, 'console-address');
