import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

import { Readiness } from './readiness.js';

/** For load balancers: live means that the process answers, ready that it should be sent requests. */
@Controller('health')
export class HealthController {
  constructor(@Inject(Readiness) private readonly readiness: Readiness) {}

  @Get('live')
  live(): { status: string } {
    return { status: 'live' };
  }

  @Get('ready')
  ready(@Res() reply: FastifyReply): void {
    const report = this.readiness.report();
    void reply.status(report.ready ? 200 : 503).send(report);
  }
}
