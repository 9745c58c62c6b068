import { createPrivateKey } from 'node:crypto';

import type { JsonRecord } from '../json.js';
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

export type GoogleCredential =
  | {
      readonly kind: 'service-account';
      readonly clientEmail: string;
      /** PEM. */
      readonly privateKey: string;
      readonly privateKeyId: string | null;
      readonly tokenUri: string;
      readonly projectId: string | null;
    }
  | { readonly kind: 'api-key'; readonly apiKey: string };

const GOOGLE_TOKEN_URI = 'https://oauth2.googleapis.com/token';
/** Where Google mints tokens; older files of keys name older addresses. */
const GOOGLES_OWN = new Set([
  GOOGLE_TOKEN_URI,
  'https://accounts.google.com/o/oauth2/token',
  'https://www.googleapis.com/oauth2/v4/token',
]);

/** Reads what an operator pastes for Google: the JSON file of a service account's key, or an API key. */
export function parseGoogleCredential(pasted: string): GoogleCredential | CredentialProblem {
  const secret = pasted.trim();
  if (secret === '') return EMPTY;
  if (secret.length > MAX_SECRET_CHARACTERS) return TOO_LONG;
  const object = credentialObject(secret);
  if (object === null) return isPlainKey(secret) ? { kind: 'api-key', apiKey: secret } : NO_PLAIN_KEY;
  if (object === 'broken') return BROKEN;
  return serviceAccount(object);
}

/** What is wrong with the credential when a tenant brings it: nobody but Google may be called to mint tokens for it. */
export function tenantProblem(credential: GoogleCredential): CredentialProblem | null {
  if (credential.kind === 'api-key' || GOOGLES_OWN.has(credential.tokenUri)) return null;
  return { problem: 'The "token_uri" has to be Google\'s own.' };
}

function serviceAccount(file: JsonRecord): GoogleCredential | CredentialProblem {
  const type = textField(file, 'type');
  if (type !== null && type !== 'service_account') {
    return { problem: 'The JSON is not the key of a service account: its "type" should be "service_account".' };
  }
  const clientEmail = textField(file, 'client_email');
  if (clientEmail === null) return { problem: 'The key of the service account has no "client_email".' };
  const written = textField(file, 'private_key');
  if (written === null) return { problem: 'The key of the service account has no "private_key".' };
  // copied out of shells and environment variables, line breaks are often escaped twice
  const privateKey = written.replaceAll('\\n', '\n');
  if (!isRsaKey(privateKey)) return { problem: 'The "private_key" is not an RSA key in PEM.' };
  const tokenUri = textField(file, 'token_uri') ?? GOOGLE_TOKEN_URI;
  if (!isHttpUrl(tokenUri)) return { problem: 'The "token_uri" is not the address of a token endpoint.' };
  const [privateKeyId, projectId] = [textField(file, 'private_key_id'), textField(file, 'project_id')];
  return { kind: 'service-account', clientEmail, privateKey, privateKeyId, tokenUri, projectId };
}

function isRsaKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}

function isHttpUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === '';
}
