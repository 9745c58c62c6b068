import { Module } from '@nestjs/common';
import { AccountThrottle } from './account-throttle.js';
import { AuthRoutes } from './auth-routes.js';
import { ConsoleSignIn } from './console-sign-in.js';

/** Who signs in to the console. Expects `Database`, `APP_CONFIG`, `LOGGER` and `MASTER_KEY` from a global module. */
@Module({ providers: [AccountThrottle, ConsoleSignIn, AuthRoutes], exports: [ConsoleSignIn] })
export class IdentityModule {}
