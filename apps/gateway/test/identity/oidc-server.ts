import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider, type Configuration } from 'oidc-provider';

/** Somebody as their provider knows them. */
export interface Claimed {
  readonly sub: string;
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly name?: string;
}

/** A real OpenID Connect provider on loopback, which demands PKCE. Whoever comes is `person`, without being asked. */
export class OidcServer {
  person: Claimed = { sub: 'nobody' };
  /** Whether whoever comes says no. */
  refuses = false;

  private constructor(
    private readonly server: Server,
    readonly issuer: string,
  ) {}

  /** @param tellsInToken whether addresses stand in ID tokens, which most providers do, or in the user info only. */
  static async start({ tellsInToken = false } = {}): Promise<OidcServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const oidc = new OidcServer(server, issuer);
    const provider = new Provider(issuer, configurationOf(oidc, tellsInToken));
    const answer = provider.callback();
    server.on('request', (request, response) => {
      if (request.url?.startsWith('/interaction/') !== true) return void answer(request, response);
      const result = oidc.refuses
        ? { error: 'access_denied', error_description: 'not today' }
        : { login: { accountId: oidc.person.sub } };
      void provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
    });
    return oidc;
  }

  /** @returns what the provider gives a client that comes back to the address. */
  async register(redirectUri: string): Promise<{ clientId: string; clientSecret: string }> {
    const response = await fetch(`${this.issuer}/reg`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: [redirectUri] }),
    });
    const client = (await response.json()) as Record<string, string>;
    if (!response.ok) throw new Error(`the client was not registered: ${JSON.stringify(client)}`);
    return { clientId: client['client_id'] ?? '', clientSecret: client['client_secret'] ?? '' };
  }

  /** What a browser does there. @returns where it is sent in the end. */
  async visit(url: string, cookies = new Map<string, string>()): Promise<string> {
    for (let next = url; ;) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const response = await fetch(next, { redirect: 'manual', headers: { cookie } });
      for (const line of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        cookies.set(name, value);
      }
      const location = response.headers.get('location');
      if (location === null) throw new Error(`the provider answered ${response.status}: ${await response.text()}`);
      next = new URL(location, next).href;
      if (!next.startsWith(this.issuer)) return next;
    }
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

const configurationOf = (oidc: OidcServer, tellsInToken: boolean): Configuration => ({
  pkce: { required: () => true },
  conformIdTokenClaims: !tellsInToken,
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  features: { registration: { enabled: true }, devInteractions: { enabled: false } },
  cookies: { keys: ['signs the cookies of a test'] },
  interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ ...oidc.person, sub }) }),
  // nobody is asked whether Tollgate may know who they are
  loadExistingGrant: async (context) => {
    const { client, session, provider } = context.oidc;
    const grant = new provider.Grant({ clientId: client?.clientId ?? '', accountId: session?.accountId ?? '' });
    grant.addOIDCScope('openid email profile');
    await grant.save();
    return grant;
  },
});
