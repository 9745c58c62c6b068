import { createHash, createHmac } from 'node:crypto';

/** A request as it arrived. */
export interface SignedRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface Scope {
  readonly secret: string;
  readonly region: string;
  readonly service: string;
}

/**
 * The signature that AWS would come to, written anew from its description
 * (docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html) and checked by AWS's own vectors.
 */
export function expectedSignature(request: SignedRequest, signedHeaders: readonly string[], scope: Scope): string {
  const [path = '/', query = ''] = request.path.split('?');
  const date = request.headers['x-amz-date'] ?? '';
  const day = date.slice(0, 8);
  const canonical = [
    request.method,
    path
      .split('/')
      .map((segment) => encoded(segment))
      .join('/'),
    query.split('&').filter(Boolean).sort().join('&'),
    ...signedHeaders.map((name) => `${name}:${(request.headers[name] ?? '').trim().replaceAll(/ +/g, ' ')}`),
    '',
    signedHeaders.join(';'),
    sha256(request.body),
  ].join('\n');
  const credentialScope = `${day}/${scope.region}/${scope.service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', date, credentialScope, sha256(canonical)].join('\n');
  const key = [day, scope.region, scope.service, 'aws4_request'].reduce<Buffer>(
    (last, part) => createHmac('sha256', last).update(part).digest(),
    Buffer.from(`AWS4${scope.secret}`),
  );
  return createHmac('sha256', key).update(text).digest('hex');
}

/** What stands in `authorization`. */
export function parseAuthorization(header: string): {
  scope: string;
  keyId: string;
  signed: string[];
  signature: string;
} {
  const match = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\S+), SignedHeaders=(\S+), Signature=([0-9a-f]{64})$/.exec(
    header,
  );
  if (match === null) throw new Error(`not a signature: ${header.slice(0, 40)}`);
  const [, keyId = '', scope = '', signed = '', signature = ''] = match;
  return { keyId, scope, signed: signed.split(';'), signature };
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function encoded(segment: string): string {
  return encodeURIComponent(segment).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
