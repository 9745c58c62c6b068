import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';

import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { Metrics } from '@tollgate/telemetry';

import { APP_CONFIG } from '../tokens.js';
import type { WorkerConfig } from '../tokens.js';

/** Serves `/metrics` and `/health/live` on loopback, when a port is configured. */
@Injectable()
export class MetricsServer implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly server = createServer((request, response) => void this.answer(request, response));

  constructor(
    @Inject(APP_CONFIG) private readonly config: WorkerConfig,
    private readonly metrics: Metrics,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const port = this.config.workerMetricsPort;
    if (port === null) return;
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, '127.0.0.1', resolve);
    });
  }

  async onModuleDestroy(): Promise<void> {
    if (!this.server.listening) return;
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET' && request.url === '/metrics') {
      const { body, contentType } = await this.metrics.expose();
      response.writeHead(200, { 'content-type': contentType }).end(body);
    } else if (request.method === 'GET' && request.url === '/health/live') {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"ok"}');
    } else {
      response.writeHead(404).end();
    }
  }
}
