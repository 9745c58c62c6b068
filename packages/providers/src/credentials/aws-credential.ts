import {
  BROKEN,
  credentialObject,
  type CredentialProblem,
  EMPTY,
  isPlainKey,
  MAX_SECRET_CHARACTERS,
  NO_PLAIN_KEY,
  textField,
  TOO_LONG,
} from './credential-problem.js';

export type AwsCredential =
  | {
      readonly kind: 'access-key';
      readonly accessKeyId: string;
      readonly secretAccessKey: string;
      readonly sessionToken: string | null;
      /** For addresses that do not name theirs. */
      readonly region: string | null;
    }
  /** A Bedrock API key, long-term (`ABSK…`) or short-term (`bedrock-api-key-…`). */
  | { readonly kind: 'bearer'; readonly token: string };

/** Source: docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids. */
const ACCESS_KEY_ID = /^(?:AKIA|ASIA)[A-Z0-9]{12,124}$/;
const TEMPORARY = 'ASIA';
/** What the secret half of an access key looks like. */
const SECRET_ACCESS_KEY = /^[A-Za-z0-9/+]{40}$/;
const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d$/;

/**
 * Reads what an operator pastes for Amazon Bedrock: `{"accessKeyId", "secretAccessKey", "sessionToken"?, "region"?}`, the same
 * as `AKIA…:secret[:token]`, or a Bedrock API key.
 */
export function parseAwsCredential(pasted: string): AwsCredential | CredentialProblem {
  const secret = pasted.trim();
  if (secret === '') return EMPTY;
  if (secret.length > MAX_SECRET_CHARACTERS) return TOO_LONG;
  const object = credentialObject(secret);
  if (object !== null) {
    if (object === 'broken') return BROKEN;
    return accessKey({
      accessKeyId: textField(object, 'accessKeyId', 'AccessKeyId', 'aws_access_key_id'),
      secretAccessKey: textField(object, 'secretAccessKey', 'SecretAccessKey', 'aws_secret_access_key'),
      sessionToken: textField(object, 'sessionToken', 'SessionToken', 'aws_session_token'),
      region: textField(object, 'region', 'Region', 'aws_region'),
    });
  }
  const [first = '', second = '', ...rest] = secret.split(':');
  if (ACCESS_KEY_ID.test(first)) {
    // tokens hold no colon, but what is behind a third one was meant to be something
    if (rest.length > 1) return { problem: 'An access key has at most three parts: id, secret and session token.' };
    return accessKey({
      accessKeyId: first,
      secretAccessKey: second.trim() || null,
      sessionToken: rest[0]?.trim() || null,
      region: null,
    });
  }
  if (!isPlainKey(secret)) return NO_PLAIN_KEY;
  if (SECRET_ACCESS_KEY.test(secret) && !secret.startsWith('ABSK')) {
    return { problem: 'This looks like a secret access key alone. Paste it as "AKIA…:secret".' };
  }
  return { kind: 'bearer', token: secret };
}

interface AccessKeyFields {
  readonly accessKeyId: string | null;
  readonly secretAccessKey: string | null;
  readonly sessionToken: string | null;
  readonly region: string | null;
}

function accessKey(fields: AccessKeyFields): AwsCredential | CredentialProblem {
  const { accessKeyId, secretAccessKey, sessionToken, region } = fields;
  if (accessKeyId === null) return { problem: 'The access key has no id ("accessKeyId").' };
  if (!ACCESS_KEY_ID.test(accessKeyId)) {
    return { problem: 'The id of the access key should begin with AKIA or ASIA, in capital letters and digits.' };
  }
  if (secretAccessKey === null) return { problem: 'The access key has no secret ("secretAccessKey").' };
  if (!isPlainKey(secretAccessKey) || (sessionToken !== null && !isPlainKey(sessionToken))) {
    return { problem: 'The secret and the session token hold no spaces, line breaks and special characters.' };
  }
  if (accessKeyId.startsWith(TEMPORARY) && sessionToken === null) {
    return { problem: 'A temporary access key (ASIA…) works only with its session token.' };
  }
  if (region !== null && !REGION.test(region)) return { problem: 'The region should look like "us-east-1".' };
  return { kind: 'access-key', accessKeyId, secretAccessKey, sessionToken, region };
}
