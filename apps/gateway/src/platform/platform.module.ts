import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { TollgateConfig } from '@tollgate/config';
import { Database } from '@tollgate/database';
import { type Logger, Metrics } from '@tollgate/telemetry';

import { Readiness } from '../health/readiness.js';
import { AdmissionInspector } from './admission-inspector.js';
import { RoutingView } from './routing-view.js';
import { APP_CONFIG, LOGGER, MASTER_KEY } from './tokens.js';

export interface Platform {
  readonly config: TollgateConfig;
  readonly database: Database;
  readonly logger: Logger;
  readonly masterKey: Buffer;
  readonly metrics: Metrics;
  readonly readiness: Readiness;
  /** Null in a gateway without inference. */
  readonly routing: RoutingView | null;
  /** Likewise. */
  readonly admission: AdmissionInspector | null;
}

/** What every module of the gateway may ask for. Made before Nest starts, since the hot path needs it first. */
@Global()
@Module({})
export class PlatformModule {
  static of(platform: Platform): DynamicModule {
    const providers = [
      { provide: APP_CONFIG, useValue: platform.config },
      { provide: LOGGER, useValue: platform.logger },
      { provide: MASTER_KEY, useValue: platform.masterKey },
      { provide: Database, useValue: platform.database },
      { provide: Metrics, useValue: platform.metrics },
      { provide: Readiness, useValue: platform.readiness },
      ...(platform.routing === null ? [] : [{ provide: RoutingView, useValue: platform.routing }]),
      ...(platform.admission === null ? [] : [{ provide: AdmissionInspector, useValue: platform.admission }]),
    ];
    return { module: PlatformModule, providers, exports: providers };
  }
}
