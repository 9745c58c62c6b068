import type { IncomingMessage } from 'node:http';
import { isIP, type Socket } from 'node:net';

import {
  API_KEY_PREFIX,
  type ErrorCode,
  hashSecret,
  isWellFormedSecret,
  MANAGEMENT_TOKEN_PREFIX,
} from '@tollgate/domain';

import type { ClientAddresses } from '../../../platform/client-address/client-addresses.js';
import type { Principal } from '../../control-plane/principal.js';
import { type InferenceError, inferenceError } from '../../inference-error.js';
import type { PrincipalCache } from './principal-cache.js';

interface Presented {
  readonly authorization: string | undefined;
  readonly apiKey: string | undefined;
  readonly secret: string;
  readonly hash: string;
}

/** A refusal comes with the principal where the key is good and its use is not. */
type Verdict = (error: InferenceError | null, principal: Principal | null) => void;

/** Verifies the key of a request: hash → cache → Postgres. Calls back at once when the key is known. */
export class Authenticator {
  /**
   * What a connection was last known by: clients send the same key over and over, and hashing it anew costs more than
   * looking it up. Nothing is compared with what another connection sent.
   */
  private readonly lastOf = new WeakMap<Socket, Presented>();

  /** @param clients tells who a request came from, where a key may not be used from everywhere. */
  constructor(
    private readonly principals: PrincipalCache,
    private readonly clients: ClientAddresses,
  ) {}

  verify(request: IncomingMessage, nowMs: number, verdict: Verdict): void {
    const { headers, socket } = request;
    const { authorization } = headers;
    // repeated, Node joins it
    const apiKey = (headers['x-api-key'] ?? headers['x-goog-api-key']) as string | undefined;
    const last = this.lastOf.get(socket);
    const repeated = last !== undefined && last.authorization === authorization && last.apiKey === apiKey;
    const secret = repeated ? last.secret : secretOf(authorization, apiKey);
    if (secret === null) return refuse(verdict, 'caller_missing_key');
    const hash = repeated ? last.hash : hashSecret(secret);
    const known = this.principals.known(hash, nowMs);
    if (known !== undefined) {
      if (!repeated && known !== null) this.lastOf.set(socket, { authorization, apiKey, secret, hash });
      return this.judge(known, { request, nowMs }, verdict);
    }
    if (!isWellFormedSecret(API_KEY_PREFIX, secret))
      return refuse(verdict, 'caller_invalid_key', malformedKeyMessage(secret));
    this.principals.load(hash).then(
      (principal) => this.judge(principal, { request, nowMs }, verdict),
      () => refuse(verdict, 'gateway_keys_unavailable'),
    );
  }

  private judge(principal: Principal | null, { request, nowMs }: Presentation, verdict: Verdict): void {
    if (principal === null) return refuse(verdict, 'caller_invalid_key');
    if (principal.expiresAt !== null && principal.expiresAt <= nowMs) return refuse(verdict, 'caller_expired_key');
    if (principal.addresses !== null) {
      const address = this.clients.addressOf(request);
      if (!principal.addresses.has(address)) {
        // whose key it is is known: that it was tried from elsewhere has to be seen by them
        return verdict(
          inferenceError('policy_address_refused', { message: refusedAddressMessage(address) }),
          principal,
        );
      }
    }
    verdict(null, principal);
  }
}

interface Presentation {
  readonly request: IncomingMessage;
  readonly nowMs: number;
}

function refuse(verdict: Verdict, code: ErrorCode, message?: string): void {
  verdict(inferenceError(code, message === undefined ? {} : { message }), null);
}

/**
 * Anthropic's clients send `x-api-key`, Google's `x-goog-api-key`, OpenAI's a bearer token, and some several, of which one is for somebody else: ours
 * shows by its prefix.
 */
function secretOf(authorization: string | undefined, apiKey: string | undefined): string | null {
  const bearer = bearerToken(authorization);
  if (apiKey === undefined || bearer?.startsWith(API_KEY_PREFIX) === true) return bearer;
  return bearer === null || apiKey.startsWith(API_KEY_PREFIX) ? apiKey : bearer;
}

function bearerToken(authorization: string | undefined): string | null {
  if (authorization === undefined) return null;
  if (authorization.startsWith('Bearer ')) return authorization.slice(7);
  const match = /^bearer +(\S+) *$/i.exec(authorization.slice(0, 300));
  return match?.[1] ?? null;
}

/** Says what is wrong with the shape of a key without repeating any of it. */
function malformedKeyMessage(secret: string): string {
  if (secret.startsWith(MANAGEMENT_TOKEN_PREFIX)) {
    return 'This is a management token. It opens the management API; inference needs an API key ("tg_…").';
  }
  if (!secret.startsWith(API_KEY_PREFIX)) return 'The API key is not one of this gateway: its keys begin with "tg_".';
  return 'The API key is malformed: a character is missing, added or wrong.';
}

/** Names the address that was seen, for somebody behind a proxy, and none that would be let in. */
function refusedAddressMessage(address: string): string {
  const seen = isIP(address) === 0 ? 'an address that the gateway cannot read' : address;
  return (
    `This key may not be used from ${seen}, where the gateway sees this request come from. ` +
    'Behind a proxy that is the proxy, unless the gateway is told to trust it (TRUSTED_PROXIES).'
  );
}
