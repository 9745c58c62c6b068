import type { AwsCredential } from '@tollgate/providers';
import aws4 from 'aws4';

import { type AuthorizableRequest, AuthorizationError, type UpstreamAuthorizer } from './upstream-authorizer.js';

type AccessKey = Extract<AwsCredential, { kind: 'access-key' }>;

const SERVICE = 'bedrock';
/** `bedrock-runtime.<region>.amazonaws.com`, its variants for FIPS and China, and addresses inside of a VPC. */
const REGION_IN_HOST =
  /(?:^|\.)bedrock(?:-[a-z]+)*\.([a-z]{2}(?:-[a-z]+)+-\d)\.(?:vpce\.)?(?:amazonaws\.com|api\.aws)(?:\.cn)?$/;
const OWN = new Set(['authorization', 'x-amz-date', 'x-amz-security-token', 'host']);

/**
 * Signs each request with AWS's Signature Version 4. Signed are the method, the path, the query, the body, the host and
 * what the body is: other headers may be changed on their way. aws4 computes with Node's own cryptography, at once; AWS's
 * own signer is asynchronous and would cost every request a turn of the event loop.
 */
export class AwsAuthorizer implements UpstreamAuthorizer {
  constructor(
    private readonly key: AccessKey,
    private readonly now: () => number = Date.now,
  ) {}

  headersFor({ method, origin, path, body, headers }: AuthorizableRequest): readonly string[] {
    const { host, hostname } = new URL(origin);
    const region = REGION_IN_HOST.exec(hostname)?.[1] ?? this.key.region;
    if (region === null)
      throw new AuthorizationError('refused', 'Neither the address nor the credential says the region.');
    const { accessKeyId, secretAccessKey, sessionToken } = this.key;
    const signed: Record<string, string> = { host, 'x-amz-date': this.#date() };
    if (sessionToken !== null) signed['x-amz-security-token'] = sessionToken;
    const type = contentType(headers);
    if (type !== undefined) signed['content-type'] = type;
    const result = aws4.sign(
      // the headers are all there, and none may be added that is not sent
      { service: SERVICE, region, method, host, path, body, headers: signed, ...{ doNotModifyHeaders: true } },
      { accessKeyId, secretAccessKey },
    );
    const authorization = String(result.headers?.['Authorization']);
    const kept = headers.filter((_, i) => !OWN.has((headers[i - (i % 2)] ?? '').toLowerCase()));
    const token = sessionToken === null ? [] : ['x-amz-security-token', sessionToken];
    return [...kept, 'x-amz-date', signed['x-amz-date'] ?? '', ...token, 'authorization', authorization];
  }

  /** `20260130T120000Z`. */
  #date(): string {
    return new Date(this.now()).toISOString().replaceAll(/[:-]|\.\d{3}/g, '');
  }
}

function contentType(headers: readonly string[]): string | undefined {
  for (let i = 0; i < headers.length; i += 2) if (headers[i]?.toLowerCase() === 'content-type') return headers[i + 1];
  return undefined;
}
