import { describe, expect, it } from '@jest/globals';
import { serverSettings } from './server-settings.js';

const GIBI = 1024 ** 3;

describe('server settings', () => {
  it.each([
    { memory: 0.25, disk: 100, shared: '32MB', wal: '256MB' },
    { memory: 4, disk: 100, shared: '512MB', wal: '1365MB' },
    { memory: 24, disk: 500, shared: '2048MB', wal: '8192MB' },
    { memory: 24, disk: 4, shared: '2048MB', wal: '512MB' },
  ])('$memory GB of memory, $disk GB of disk', ({ memory, disk, shared, wal }) => {
    const settings = serverSettings({ memoryBytes: memory * GIBI, freeDiskBytes: disk * GIBI });
    expect(settings).toMatchObject({ shared_buffers: shared, max_wal_size: wal, listen_addresses: '127.0.0.1' });
  });
});
