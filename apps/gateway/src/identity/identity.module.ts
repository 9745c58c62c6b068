import { Module, type OnModuleDestroy } from '@nestjs/common';
import type { TollgateConfig } from '@tollgate/config';
import { Mailer } from '@tollgate/mail';
import type { Logger } from '@tollgate/telemetry';
import { resolveBySystem } from '@tollgate/public-address';
import { APP_CONFIG, LOGGER } from '../platform/tokens.js';
import { AccountThrottle } from './account-throttle.js';
import { AddressThrottle } from './address-throttle.js';
import { AuthRoutes } from './auth-routes.js';
import { ConsoleSignIn } from './console-sign-in.js';
import { Issuers, RESOLVE_ISSUER } from './sso/issuers.js';
import { SsoPeople } from './sso/sso-people.js';
import { SsoSignIn } from './sso/sso-sign-in.js';

const MAILER = {
  provide: Mailer,
  inject: [APP_CONFIG, LOGGER],
  useFactory: ({ mail }: Pick<TollgateConfig, 'mail'>, log: Pick<Logger, 'info' | 'warn'>) => new Mailer(mail, log),
};

/**
 * Who signs in to the console, and what is mailed to people. Expects `Database`, `APP_CONFIG`, `LOGGER` and `MASTER_KEY`
 * from a global module.
 */
@Module({
  providers: [
    MAILER,
    { provide: RESOLVE_ISSUER, useValue: resolveBySystem },
    Issuers,
    SsoPeople,
    SsoSignIn,
    AccountThrottle,
    AddressThrottle,
    ConsoleSignIn,
    AuthRoutes,
  ],
  exports: [Mailer, AddressThrottle, ConsoleSignIn, Issuers],
})
export class IdentityModule implements OnModuleDestroy {
  constructor(private readonly mailer: Mailer) {}

  onModuleDestroy(): void {
    this.mailer.close();
  }
}
