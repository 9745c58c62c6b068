import { decodeBase32, encodeBase32 } from './base32.js';
import { uuidBytes, uuidText, uuidv7Bytes } from './uuid.js';

/** Every kind of object and the prefix its ids carry. A request's id is a `uuid` in the database and `req_…` outside. */
export const ID_PREFIXES = {
  organization: 'org',
  project: 'proj',
  apiKey: 'key',
  keySecret: 'ksec',
  managementToken: 'mtok',
  providerCredential: 'cred',
  deployment: 'dep',
  plan: 'plan',
  priceBook: 'book',
  priceSnapshot: 'snap',
  price: 'price',
  budget: 'bud',
  budgetRaise: 'rais',
  budgetNotice: 'bntc',
  route: 'route',
  request: 'req',
  hold: 'hold',
  gateway: 'gw',
  auditLogEntry: 'aud',
  ledgerTransaction: 'txn',
  creditGrant: 'grant',
  manualPosting: 'mpost',
  reviewItem: 'rev',
  quarantinedUsage: 'quar',
  priceRule: 'rule',
  priceDraft: 'draft',
  pricePreview: 'prev',
  priceCorrection: 'pcor',
  alertChannel: 'chan',
  alert: 'alert',
  alertDelivery: 'dlv',
  selfAudit: 'saud',
  consoleUser: 'usr',
  consoleSession: 'ses',
  consoleAccount: 'acct',
  consoleVerification: 'ver',
  consoleRateLimit: 'rate',
  setupLink: 'setup',
  member: 'mem',
  invitation: 'invt',
  signUp: 'sup',
  ssoConnection: 'sso',
  twoFactor: 'tfa',
  passkey: 'pkey',
} as const;

export type IdKind = keyof typeof ID_PREFIXES;

/** A fresh time-sortable id, such as `org_01jd…`. */
export function newId(kind: IdKind, nowMs: number = Date.now()): string {
  return `${ID_PREFIXES[kind]}_${encodeBase32(uuidv7Bytes(nowMs))}`;
}

/** Whether the text has the shape of an id of this kind; says nothing of its existence. */
export function isId(kind: IdKind, text: string): boolean {
  return bytesOfId(kind, text) !== null;
}

/** The id that stands for these 16 bytes, for what is named by its digest: the same thing has the same id. */
export function idOfBytes(kind: IdKind, bytes: Uint8Array): string {
  return `${ID_PREFIXES[kind]}_${encodeBase32(bytes)}`;
}

/** The 16 bytes of an id of this kind, or `null` when the text is none. */
export function bytesOfId(kind: IdKind, text: string): Uint8Array | null {
  const prefix = ID_PREFIXES[kind];
  return text.startsWith(`${prefix}_`) ? decodeBase32(text.slice(prefix.length + 1)) : null;
}

export interface RequestId {
  /** As the database and the journal hold it. */
  readonly uuid: string;
  /** As people see it: `req_…`. */
  readonly public: string;
}

export function newRequestId(nowMs: number): RequestId {
  const bytes = uuidv7Bytes(nowMs);
  return { uuid: uuidText(bytes), public: `req_${encodeBase32(bytes)}` };
}

/** The database's form of `req_…`, or `null` when the text is not one. */
export function requestUuid(publicId: string): string | null {
  if (!publicId.startsWith('req_')) return null;
  const bytes = decodeBase32(publicId.slice(4));
  return bytes === null ? null : uuidText(bytes);
}

/** The public form of a request's uuid. @throws RangeError when it is not a uuid. */
export function publicRequestId(uuid: string): string {
  const bytes = uuidBytes(uuid);
  if (bytes === null) throw new RangeError('not a uuid');
  return `req_${encodeBase32(bytes)}`;
}
