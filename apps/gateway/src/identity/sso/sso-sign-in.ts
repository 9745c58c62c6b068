import { Inject, Injectable } from '@nestjs/common';
import type { TollgateConfig } from '@tollgate/config';
import { Database, masterKeyId, openSecret } from '@tollgate/database';
import { hashSecret, newId } from '@tollgate/domain';
import { CONTROL_CHARACTERS } from '@tollgate/wire';
import { createHash, randomBytes } from 'node:crypto';
import type { Configuration, IDToken, UserInfoResponse } from 'openid-client';
import { APP_CONFIG, LOGGER, MASTER_KEY } from '../../platform/tokens.js';
import { AUTH_PATH } from '../auth-names.js';
import { consolePage } from '../console-link.js';
import { Issuers } from './issuers.js';
import { WITH_DOMAINS, type SsoConnectionRow } from './sso-connection-row.js';
import { domainOf, isInVerifiedDomain, SsoPeople, type Identity } from './sso-people.js';
import { SsoRefusedError } from './sso-refusal.js';

/** How long somebody may take at their provider. */
export const SSO_SECONDS = 600;

const SCOPE = 'openid email profile';
const MAX_EMAIL_LENGTH = 254;
const MAX_NAME_LENGTH = 200;

interface SsoLog {
  warn(fields: object, message: string): void;
}

interface Departure {
  readonly email: string;
  /** Where in the console somebody wanted to be. */
  readonly returnTo: string;
}

interface Return {
  readonly connectionId: string;
  /** What the provider sent the browser with. */
  readonly query: string;
  /** What the browser was given at departure; null when it has none. */
  readonly browserSecret: string | null;
  readonly headers: Headers | undefined;
}

/** What is kept of somebody who is at their provider. Nothing in it lets anybody in. */
interface Journey {
  readonly connectionId: string;
  readonly returnTo: string;
  /** Hash of the browser's secret. */
  readonly browser: string;
}

/**
 * Signing in by an OpenID Connect provider: authorization code with PKCE, state and nonce. The state is kept here and
 * works once; verifier and nonce come from a secret that only the browser has which began, so that nobody can be signed in
 * with the answer that another one got.
 */
@Injectable()
export class SsoSignIn {
  readonly #masterKey: Buffer;

  constructor(
    private readonly database: Database,
    private readonly issuers: Issuers,
    private readonly people: SsoPeople,
    @Inject(APP_CONFIG) private readonly config: Pick<TollgateConfig, 'publicUrl' | 'port'>,
    @Inject(LOGGER) private readonly log: SsoLog,
    @Inject(MASTER_KEY) masterKey: Buffer,
  ) {
    this.#masterKey = masterKey;
  }

  /**
   * Sends somebody to the provider of their address's domain.
   * @returns where to, and a secret for the browser; null when the domain is verified for no connection.
   * @throws SsoRefusedError when the provider cannot be reached.
   */
  async begin({ email, returnTo }: Departure): Promise<{ url: string; browserSecret: string } | null> {
    const connection = await this.database.prisma.ssoConnection.findFirst({
      where: { domains: { some: { domain: domainOf(email.trim()), verifiedAt: { not: null } } } },
      include: WITH_DOMAINS,
    });
    if (connection === null) return null;
    const configuration = await this.#configuration(connection);
    const [state, browserSecret] = [randomText(), randomText()];
    await this.#keep(state, {
      connectionId: connection.id,
      returnTo: pathOf(returnTo),
      browser: hashSecret(browserSecret),
    });
    const { buildAuthorizationUrl } = await import('openid-client');
    const url = buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUriOf(this.config, connection.id),
      scope: SCOPE,
      state,
      nonce: derived(browserSecret, 'nonce'),
      code_challenge: createHash('sha256').update(derived(browserSecret, 'verifier')).digest('base64url'),
      code_challenge_method: 'S256',
      login_hint: email.trim(),
    });
    return { url: url.href, browserSecret };
  }

  /**
   * Takes somebody back from their provider.
   * @returns the user's id, and where in the console they wanted to be.
   * @throws SsoRefusedError
   */
  async finish(returned: Return): Promise<{ userId: string; returnTo: string }> {
    const query = new URLSearchParams(returned.query);
    const journey = await this.#end(query.get('state') ?? '');
    const { browserSecret, connectionId } = returned;
    const same = browserSecret !== null && journey?.browser === hashSecret(browserSecret);
    if (journey === null || !same || journey.connectionId !== connectionId) throw new SsoRefusedError('sso-expired');
    const connection = await this.database.prisma.ssoConnection.findUnique({
      where: { id: connectionId },
      include: WITH_DOMAINS,
    });
    if (connection === null) throw new SsoRefusedError('sso-connection-gone');
    if (query.has('error')) throw new SsoRefusedError('sso-denied');
    const claims = await this.#claims(connection, { query, browserSecret });
    const identity = identityOf(claims, connection);
    const userId = await this.people.admit({ connection, identity, headers: returned.headers });
    return { userId, returnTo: journey.returnTo };
  }

  /** What the provider says of whoever it sent, its signature, audience, nonce and time checked. */
  async #claims(
    connection: SsoConnectionRow,
    { query, browserSecret }: { query: URLSearchParams; browserSecret: string },
  ): Promise<IDToken | UserInfoResponse> {
    const configuration = await this.#configuration(connection);
    const { authorizationCodeGrant, fetchUserInfo } = await import('openid-client');
    const address = new URL(`${redirectUriOf(this.config, connection.id)}?${query.toString()}`);
    try {
      const tokens = await authorizationCodeGrant(configuration, address, {
        expectedState: query.get('state') ?? '',
        expectedNonce: derived(browserSecret, 'nonce'),
        pkceCodeVerifier: derived(browserSecret, 'verifier'),
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined) throw new SsoRefusedError('sso-failed');
      if (claims['email'] !== undefined) return claims;
      // providers that keep to the letter tell it there only, about the same subject
      return { ...claims, ...(await fetchUserInfo(configuration, tokens.access_token, claims.sub)) };
    } catch (error) {
      throw this.#failed(connection, error);
    }
  }

  #configuration(connection: SsoConnectionRow): Promise<Configuration> {
    const { id, version, issuer, clientId, issuerByOperator } = connection;
    if (connection.masterKeyId !== masterKeyId(this.#masterKey)) {
      throw this.#failed(connection, new Error('the client secret was sealed with another master key'));
    }
    const clientSecret = openSecret(this.#masterKey, connection.ciphertext, id);
    const client = { issuer, byOperator: issuerByOperator, clientId, clientSecret };
    return this.issuers.configuration(`${id}/${version}`, client).catch((error: unknown) => {
      throw this.#failed(connection, error);
    });
  }

  /** For the operator's log: providers say in plain words what they did not like. */
  #failed({ id }: SsoConnectionRow, error: unknown): SsoRefusedError {
    if (error instanceof SsoRefusedError) return error;
    this.log.warn({ ssoConnectionId: id, reason: reasonOf(error) }, 'signing in by a provider failed');
    return new SsoRefusedError('sso-failed', { cause: error });
  }

  async #keep(state: string, journey: Journey): Promise<void> {
    const expiresAt = new Date(Date.now() + SSO_SECONDS * 1000);
    const data = { id: newId('consoleVerification'), identifier: identifierOf(state), expiresAt };
    await this.database.prisma.consoleVerification.create({ data: { ...data, value: JSON.stringify(journey) } });
  }

  /** Of two that bring the same state at once one finds it. */
  async #end(state: string): Promise<Journey | null> {
    const { rows } = await this.database.pool.query<{ value: string }>(
      'DELETE FROM console_verification WHERE identifier = $1 AND expires_at > now() RETURNING value',
      [identifierOf(state)],
    );
    return rows[0] === undefined ? null : (JSON.parse(rows[0].value) as Journey);
  }
}

/** What a provider has to allow as the address to come back to. */
export const redirectUriOf = (config: Pick<TollgateConfig, 'publicUrl' | 'port'>, connectionId: string): string =>
  consolePage(config, `${AUTH_PATH}/sso/callback/${connectionId}`);

const identifierOf = (state: string): string => `sso:${hashSecret(state)}`;

const randomText = (): string => randomBytes(32).toString('base64url');

const derived = (browserSecret: string, purpose: string): string =>
  createHash('sha256').update(`${purpose}:${browserSecret}`).digest('base64url');

/** Only places of our own: what else is sent, back from the provider goes to the first page. */
function pathOf(returnTo: string): string {
  const base = 'http://console.invalid';
  const url = returnTo.startsWith('/') ? URL.parse(returnTo, base) : null;
  if (url === null || url.origin !== base) return '/';
  // `//evil.example` begins with a slash too, and `/.//evil.example` becomes it
  return url.pathname.replace(/^\/+/, '/') + url.search + url.hash;
}

function identityOf(claims: IDToken | UserInfoResponse, connection: SsoConnectionRow): Identity {
  const email = typeof claims.email === 'string' ? claims.email.trim().toLowerCase() : '';
  // without what separates the addresses of a list: a mail goes to one
  if (!/^[^@\s\p{Cc},;:<>"]+@[^@\s\p{Cc}]+$/u.test(email) || email.length > MAX_EMAIL_LENGTH) {
    throw new SsoRefusedError('sso-no-email');
  }
  // some providers leave it out for addresses that they gave themselves
  const verified: unknown = claims.email_verified;
  if (verified === false || verified === 'false') throw new SsoRefusedError('sso-email-unverified');
  if (!isInVerifiedDomain(connection, email)) throw new SsoRefusedError('sso-foreign-domain');
  return { subject: claims.sub, email, name: nameOf(claims.name, email) };
}

function nameOf(claimed: unknown, email: string): string {
  const name = typeof claimed === 'string' ? claimed.replaceAll(new RegExp(CONTROL_CHARACTERS, 'gu'), '').trim() : '';
  return name === '' || !name.isWellFormed() ? email.slice(0, email.indexOf('@')) : name.slice(0, MAX_NAME_LENGTH);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  const said =
    'error_description' in error && typeof error.error_description === 'string' ? `: ${error.error_description}` : '';
  return `${error.message}${cause}${said}`.slice(0, 500);
}
