import { statfsSync } from 'node:fs';
import { totalmem } from 'node:os';

const MEBI = 1024 * 1024;

/** What the server may count on. */
export interface Machine {
  readonly memoryBytes: number;
  readonly freeDiskBytes: number;
}

/** The machine, or the container's share of it. */
export function machineFor(directory: string): Machine {
  const limit = process.constrainedMemory();
  const { bavail, bsize } = statfsSync(directory);
  return {
    memoryBytes: limit > 0 ? Math.min(limit, totalmem()) : totalmem(),
    freeDiskBytes: bavail * bsize,
  };
}

/**
 * Sized by the machine: usage ingestion writes about 2 KB of WAL per event, and with the server's own 1 GB it would
 * run a checkpoint, with its full-page writes, once a minute. A gateway and a worker share the memory.
 */
export function serverSettings({ memoryBytes, freeDiskBytes }: Machine): Record<string, string> {
  const sharedBuffers = clamp(memoryBytes / 8, 32 * MEBI, 2048 * MEBI);
  const maxWalSize = clamp(Math.min(memoryBytes / 3, freeDiskBytes / 8), 256 * MEBI, 8192 * MEBI);
  return {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '100',
    shared_buffers: mebibytes(sharedBuffers),
    effective_cache_size: mebibytes(clamp(memoryBytes / 2, 64 * MEBI, 65_536 * MEBI)),
    maintenance_work_mem: mebibytes(clamp(memoryBytes / 64, 32 * MEBI, 512 * MEBI)),
    max_wal_size: mebibytes(maxWalSize),
    checkpoint_timeout: '15min',
    // at 5,000 events a second the server's own minute leaves 300,000 dead rows in the inbox
    autovacuum_naptime: '10s',
    // nobody replicates from an embedded server
    wal_level: 'minimal',
    max_wal_senders: '0',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // a failed statement's text can hold a customer's data
    log_min_error_statement: 'panic',
  };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

function mebibytes(bytes: number): string {
  return `${Math.floor(bytes / MEBI)}MB`;
}
