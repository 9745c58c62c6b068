import { once } from 'node:events';
import { createServer } from 'node:net';
import { StartUpError } from '../start-up-error.js';

/** Looks before anything is started. @throws StartUpError when the gateway could not listen there. */
export async function requireFreePort(host: string, port: number): Promise<void> {
  const probe = createServer();
  try {
    probe.listen({ host, port, exclusive: true });
    await once(probe, 'listening');
  } catch (error) {
    throw new StartUpError(reasonOf(error as NodeJS.ErrnoException, host, port));
  }
  probe.close();
  await once(probe, 'close');
}

function reasonOf(error: NodeJS.ErrnoException, host: string, port: number): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `port ${port} is already in use: stop what listens there, or set PORT to another one`;
    case 'EACCES':
      return `this user may not listen on port ${port}: set PORT to another one, above 1023`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is not an address of this machine: set HOST to another one`;
    default:
      return `cannot listen on ${host}:${port}: ${error.message}`;
  }
}
