import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Provider } from 'oidc-provider';

/** Who comes to it: an address is who they are. */
interface Visitor {
  readonly email: string;
  readonly name: string;
}

const CLIENT = { id: 'tollgate', secret: 'between tollgate and its provider' };

/** An organization's own OpenID Connect provider, which asks nobody anything: whoever comes is its visitor. */
export class IdentityProvider {
  visitor: Visitor = { email: 'nobody@example.net', name: 'Nobody' };
  private provider: Provider;

  private constructor(
    private readonly server: Server,
    readonly issuer: string,
  ) {
    this.provider = this.providerFor([]);
    server.on('request', (request, response) => {
      if (request.url?.startsWith('/interaction/') !== true) return void this.provider.callback()(request, response);
      const result = { login: { accountId: this.visitor.email } };
      void this.provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
    });
  }

  static async start(): Promise<IdentityProvider> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new IdentityProvider(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  /** What Tollgate is told of it. */
  get client(): typeof CLIENT {
    return CLIENT;
  }

  /** Lets people go back to an address. */
  allow(redirectUri: string): void {
    this.provider = this.providerFor([redirectUri]);
  }

  stop(): Promise<unknown> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }

  private providerFor(redirectUris: readonly string[]): Provider {
    return new Provider(this.issuer, {
      clients:
        redirectUris.length === 0
          ? []
          : [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [...redirectUris] }],
      pkce: { required: () => true },
      claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
      features: { devInteractions: { enabled: false } },
      cookies: { keys: ['signs the cookies of a test'] },
      interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
      findAccount: (_context, sub) => ({
        accountId: sub,
        claims: () => ({ sub, email: sub, email_verified: true, name: this.visitor.name }),
      }),
      // nobody is asked whether Tollgate may know who they are
      loadExistingGrant: async ({ oidc: { client, session, provider } }) => {
        const grant = new provider.Grant({ clientId: client?.clientId ?? '', accountId: session?.accountId ?? '' });
        grant.addOIDCScope('openid email profile');
        await grant.save();
        return grant;
      },
    });
  }
}
