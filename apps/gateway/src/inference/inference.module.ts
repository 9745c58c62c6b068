import { type DynamicModule, Inject, Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';

import { InferenceEndpoints } from './inference-endpoints.js';
import { registerInferenceRoutes } from './inference-routes.js';

/** Puts what clients call on the server that Nest runs; from then on Nest has no part in it. */
@Module({})
export class InferenceModule implements OnModuleInit {
  constructor(
    @Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost,
    @Inject(InferenceEndpoints) private readonly endpoints: InferenceEndpoints,
  ) {}

  static of(endpoints: InferenceEndpoints): DynamicModule {
    return { module: InferenceModule, providers: [{ provide: InferenceEndpoints, useValue: endpoints }] };
  }

  onModuleInit(): void {
    const fastify = this.adapterHost.httpAdapter.getInstance<FastifyInstance>();
    registerInferenceRoutes(fastify, this.endpoints);
  }
}
