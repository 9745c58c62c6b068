import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { TollgateConfig } from '@tollgate/config';
import { Database } from '@tollgate/database';
import { APP_CONFIG, LOGGER, MASTER_KEY } from '../platform/tokens.js';
import { Mailer } from '@tollgate/mail';
import { AccountThrottle } from './account-throttle.js';
import type { AuthLibrary } from './auth-library.js';
import { AUTH_PATH, CLIENT_ADDRESS_HEADER, REQUEST_ID_HEADER } from './auth-names.js';
import { consolePage } from './console-link.js';
import { sessionSecret } from './session-secret.js';
import { SsoSignIn } from './sso/sso-sign-in.js';

interface SignInLog {
  warn(fields: object, message: string): void;
}

/** What a browser sent, as far as signing in needs it. */
export interface BrowserRequest {
  readonly cookie: string | undefined;
  readonly userAgent: string | undefined;
  /** As the server sees it, not as the client says. */
  readonly remoteAddress: string;
}

/** A call of the library. */
interface AuthCall {
  readonly method: 'GET' | 'POST';
  /** With its query. */
  readonly path: string;
  readonly body: object | null;
  readonly requestId: string;
}

export interface FoundSession {
  readonly id: string;
  readonly userId: string;
  /** `set-cookie` values for the answer: sessions in use are prolonged. */
  readonly cookies: readonly string[];
}

/**
 * Sessions of console users. The library behind it is loaded when it is first needed: it takes half a second and
 * nine megabytes, which a gateway without console users has no use for.
 */
@Injectable()
export class ConsoleSignIn implements OnApplicationBootstrap {
  private loading: Promise<AuthLibrary> | null = null;
  readonly #masterKey: Buffer;

  constructor(
    private readonly database: Database,
    private readonly throttle: AccountThrottle,
    private readonly mailer: Mailer,
    private readonly sso: SsoSignIn,
    @Inject(APP_CONFIG) private readonly config: Pick<TollgateConfig, 'publicUrl' | 'port'>,
    @Inject(LOGGER) private readonly log: SignInLog,
    @Inject(MASTER_KEY) masterKey: Buffer,
  ) {
    this.#masterKey = masterKey;
  }

  /** Where somebody will sign in, loading must not hold up requests later: it is done before the port is open. */
  async onApplicationBootstrap(): Promise<void> {
    const user = await this.database.prisma.consoleUser.findFirst({ select: { id: true } }).catch(() => null);
    if (user !== null) await this.library();
  }

  /** Answers a route of the library. The URL is built from our own parts: nothing that a client sent decides its host. */
  async answer(browser: BrowserRequest, { method, path, body, requestId }: AuthCall): Promise<Response> {
    const { handler } = await this.library();
    const headers = this.headersOf(browser);
    headers.set(REQUEST_ID_HEADER, requestId);
    if (body !== null) headers.set('content-type', 'application/json');
    const text = body === null ? null : JSON.stringify(body);
    return handler(new Request(`${this.baseUrl}${AUTH_PATH}${path}`, { method, headers, body: text }));
  }

  /** @returns null when the browser has no session, or one that has ended. */
  async findSession(browser: BrowserRequest): Promise<FoundSession | null> {
    const { api } = await this.library();
    const { headers, response } = await api.getSession({ headers: this.headersOf(browser), returnHeaders: true });
    if (response === null) return null;
    return { id: response.session.id, userId: response.user.id, cookies: headers.getSetCookie() };
  }

  /**
   * Signs in somebody who has just chosen the password.
   * @returns `set-cookie` values: of a session, or of somebody who still has to prove a second factor.
   */
  async signIn(
    browser: BrowserRequest,
    credentials: { readonly email: string; readonly password: string },
  ): Promise<readonly string[]> {
    await this.throttle.forgetAccount(credentials.email);
    const { api } = await this.library();
    const { headers } = await api.signInEmail({
      body: credentials,
      headers: this.headersOf(browser),
      returnHeaders: true,
    });
    return headers.getSetCookie();
  }

  private get baseUrl(): string {
    return consolePage(this.config, '');
  }

  /** Only what is named here reaches the library. The origin has been checked before. */
  private headersOf({ cookie, userAgent, remoteAddress }: BrowserRequest): Headers {
    const headers = new Headers({ [CLIENT_ADDRESS_HEADER]: remoteAddress, origin: this.baseUrl });
    if (cookie !== undefined) headers.set('cookie', cookie);
    if (userAgent !== undefined) headers.set('user-agent', userAgent);
    return headers;
  }

  private library(): Promise<AuthLibrary> {
    this.loading ??= this.load();
    return this.loading;
  }

  private async load(): Promise<AuthLibrary> {
    const { createAuth } = await import('./auth-library.js');
    return createAuth({
      database: this.database,
      throttle: this.throttle,
      mailer: this.mailer,
      sso: this.sso,
      baseUrl: this.baseUrl,
      secret: sessionSecret(this.#masterKey),
      onMessage: (message) => this.log.warn({}, `sign-in: ${message}`),
    });
  }
}
