import type { Server, Socket } from 'node:net';

/**
 * Connections on which nothing has arrived yet: clients and load balancers open some in advance. Node counts them among
 * the active ones, so that they would hold up a shutdown for as long as running requests may.
 */
export class SilentConnections {
  private readonly open = new Set<Socket>();

  constructor(server: Server) {
    server.on('connection', (socket) => {
      this.open.add(socket);
      socket.once('close', () => this.open.delete(socket));
    });
  }

  close(): void {
    for (const socket of this.open) if (socket.bytesRead === 0) socket.destroy();
  }
}
