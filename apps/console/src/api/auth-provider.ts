import type { QueryClient } from '@tanstack/react-query';
import type { AuthProvider } from 'react-admin';
import { ApiError } from './api-error.js';
import { callAuth, readAuth } from './call-auth.js';

/** One step of signing in. Who has a second factor takes two. */
export type SignInStep =
  | { readonly kind: 'password'; readonly email: string; readonly password: string }
  | { readonly kind: 'totp' | 'backup-code'; readonly code: string }
  /** Signed in by other means already, such as a passkey. */
  | { readonly kind: 'done' };

/** The password was right, and a code is asked for besides. */
export class SecondFactorNeeded extends Error {
  override readonly name = 'SecondFactorNeeded';
}

/** Sessions are better-auth's: a cookie that scripts cannot read, on the origin that serves the console. */
export function createAuthProvider(queryClient: QueryClient): AuthProvider {
  return {
    async login(step: SignInStep) {
      await take(step);
      // what was asked before somebody had signed in was answered for nobody
      queryClient.clear();
    },
    async logout() {
      // somebody whose session has ended already is signed out as well
      await callAuth('sign-out').catch(() => undefined);
      queryClient.clear();
    },
    async checkAuth() {
      const session = await readAuth<object | null>('get-session');
      if (session === null) throw new ApiError(401, 'Nobody is signed in.');
    },
    checkError: (error: unknown) =>
      error instanceof ApiError && error.status === 401 ? Promise.reject(error) : Promise.resolve(),
    getPermissions: () => Promise.resolve(undefined),
  };
}

async function take(step: SignInStep): Promise<void> {
  switch (step.kind) {
    case 'password': {
      const { email, password } = step;
      const answer = await callAuth<{ twoFactorRedirect?: boolean }>('sign-in/email', { email, password });
      if (answer.twoFactorRedirect === true) throw new SecondFactorNeeded();
      return;
    }
    case 'totp':
      return callAuth('two-factor/verify-totp', { code: step.code });
    case 'backup-code':
      return callAuth('two-factor/verify-backup-code', { code: step.code });
    case 'done':
      return;
  }
}
