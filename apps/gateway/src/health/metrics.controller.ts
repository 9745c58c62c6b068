import { timingSafeEqual } from 'node:crypto';

import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { TollgateConfig } from '@tollgate/config';
import { hashSecret } from '@tollgate/domain';
import { Metrics } from '@tollgate/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { APP_CONFIG } from '../platform/tokens.js';

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** For Prometheus: from this machine, or with `METRICS_TOKEN`. */
@Controller('metrics')
export class MetricsController {
  constructor(
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(APP_CONFIG) private readonly config: TollgateConfig,
  ) {}

  @Get()
  async scrape(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (!this.isAllowed(request)) {
      await reply.status(403).send({ title: 'Metrics are open to this machine, or with the token of METRICS_TOKEN.' });
      return;
    }
    const { contentType, body } = await this.metrics.expose();
    await reply.type(contentType).send(body);
  }

  private isAllowed({ raw, headers }: FastifyRequest): boolean {
    const { metricsToken } = this.config;
    if (metricsToken !== null && sameSecret(headers.authorization ?? '', `Bearer ${metricsToken}`)) return true;
    // behind a proxy on this machine everybody comes from loopback
    return LOOPBACK.has(raw.socket.remoteAddress ?? '') && headers['x-forwarded-for'] === undefined;
  }
}

function sameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(Buffer.from(hashSecret(given)), Buffer.from(hashSecret(expected)));
}
