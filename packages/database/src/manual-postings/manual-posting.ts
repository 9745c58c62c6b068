import type { ManualPostingKind, Picos } from '@tollgate/domain';

/** What a person wants to post. Instants are Unix milliseconds, money is US dollars. */
export interface ManualPostingDraft {
  readonly organizationId: string;
  readonly kind: ManualPostingKind;
  /** Above zero; an adjustment below zero charges the organization. */
  readonly picos: Picos;
  readonly reason: string;
  /** Id of a user or management token. */
  readonly requestedBy: string;
  /** What the caller named this act; known in the organization. */
  readonly idempotencyKey: string;
  /** Of what gives credit: the smaller is spent first. By default that of its account. */
  readonly priority?: number | undefined;
  /** Of what gives credit; without, it never expires. */
  readonly expiresAt?: number | null | undefined;
  /** Of what gives credit: usage that occurred from then on is paid from it. By default the instant of posting. */
  readonly effectiveFrom?: number | null | undefined;
  /** Of a revocation: the grant whose rest is taken back. */
  readonly grantId?: string | null | undefined;
  /** For what the installation itself decides, such as a starter grant: no second person is asked, however much it is. */
  readonly approved?: boolean | undefined;
}

export interface ManualPostingResult {
  readonly id: string;
  readonly state: 'pending' | 'posted' | 'rejected';
  /** Whether this very call posted it. */
  readonly posted: boolean;
  /** A promotion and its revocation have no transaction. */
  readonly transactionId: string | null;
  readonly creditGrantId: string | null;
}

/** The key was used for another posting of the organization. */
export class IdempotencyKeyReused extends Error {
  override readonly name = 'IdempotencyKeyReused';
}

/** What cannot be posted as it is; nothing has happened. */
export class ManualPostingRefused extends Error {
  override readonly name = 'ManualPostingRefused';
  constructor(
    /** The field of the draft that is wrong, or `state`, `decidedBy` of a decision. */
    readonly field: 'amount' | 'expiresAt' | 'effectiveFrom' | 'grantId' | 'state' | 'decidedBy',
    message: string,
  ) {
    super(message);
  }
}
