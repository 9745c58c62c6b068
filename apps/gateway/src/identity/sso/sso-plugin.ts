import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthEndpoint } from 'better-auth/api';
import { expireCookie, setSessionCookie } from 'better-auth/cookies';
import { AUTH_ROUTES } from '../auth-route-table.js';
import { SSO_SECONDS, type SsoSignIn } from './sso-sign-in.js';
import { SsoRefusedError } from './sso-refusal.js';

const COOKIE = 'sso';

/** Binds signing in by a provider to the library's sessions and cookies. */
export function ssoPlugin(signIn: SsoSignIn) {
  return {
    id: 'tollgate-sso',
    endpoints: {
      beginSso: createAuthEndpoint(AUTH_ROUTES.beginSso.path, { method: 'POST' }, async (context) => {
        const { email, returnTo } = context.body as Readonly<Record<string, string | undefined>>;
        const begun = await signIn.begin({ email: email ?? '', returnTo: returnTo ?? '/' }).catch(refuseBegin);
        if (begun === null) {
          const message = 'Single sign-on is not set up for this address.';
          throw new APIError('NOT_FOUND', { code: 'NO_SSO_CONNECTION', message });
        }
        const { name, attributes } = context.context.createAuthCookie(COOKIE, { maxAge: SSO_SECONDS });
        await context.setSignedCookie(name, begun.browserSecret, context.context.secret, attributes);
        return context.json({ url: begun.url });
      }),
      finishSso: createAuthEndpoint(AUTH_ROUTES.finishSso.path, { method: 'GET' }, async (context) => {
        const cookie = context.context.createAuthCookie(COOKIE, { maxAge: SSO_SECONDS });
        const browserSecret = (await context.getSignedCookie(cookie.name, context.context.secret)) || null;
        expireCookie(context, cookie);
        const arrived = await signIn
          .finish({
            connectionId: context.params.connectionId,
            query: new URL(context.request?.url ?? '').search,
            browserSecret,
            headers: context.headers,
          })
          .catch((error: unknown) => {
            if (error instanceof SsoRefusedError) throw context.redirect(`/sign-in?error=${error.code}`);
            throw error;
          });
        const user = await context.context.internalAdapter.findUserById(arrived.userId);
        if (user === null) throw context.redirect('/sign-in?error=sso-failed');
        const session = await context.context.internalAdapter.createSession(user.id);
        await setSessionCookie(context, { session, user });
        throw context.redirect(arrived.returnTo);
      }),
    },
  } satisfies BetterAuthPlugin;
}

function refuseBegin(error: unknown): never {
  if (!(error instanceof SsoRefusedError)) throw error;
  throw new APIError('FAILED_DEPENDENCY', { code: 'SSO_FAILED', message: 'The provider could not be reached.' });
}
