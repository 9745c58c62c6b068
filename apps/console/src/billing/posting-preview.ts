import type { LedgerAccount, ManualPostingKind, Picos } from '@tollgate/domain';

interface PreviewLine {
  /** Null: credit, then the receivable, as far as each goes. */
  readonly account: LedgerAccount | null;
  /** Above zero is a debit. */
  readonly picos: Picos;
}

export interface PostingPreview {
  readonly lines: readonly PreviewLine[];
  /** The credit that comes of it. */
  readonly granted: Picos;
}

/**
 * What a posting by hand does to the books, before it is sent: the gateway decides by the same rules.
 * @param picos above zero, but of an adjustment against the organization
 * @param owed what the organization owes now
 */
export function previewPosting(kind: ManualPostingKind, picos: Picos, owed: Picos): PostingPreview {
  switch (kind) {
    case 'payment':
      return credited('cash', picos, owed);
    case 'adjustment':
      return picos > 0n
        ? credited('revenue', picos, owed)
        : { lines: lines([null, -picos], ['revenue', picos]), granted: 0n };
    case 'promotion':
      return { lines: [], granted: picos };
    case 'refund':
      return { lines: lines(['prepaid', picos], ['cash', -picos]), granted: 0n };
    case 'write_off':
      return { lines: lines(['write_off', picos], ['receivable', -picos]), granted: 0n };
    case 'revocation':
      return { lines: [], granted: 0n };
  }
}

/** What is owed is repaid first; the rest becomes prepaid credit. */
function credited(source: LedgerAccount, picos: Picos, owed: Picos): PostingPreview {
  const repaid = owed <= 0n ? 0n : owed < picos ? owed : picos;
  const granted = picos - repaid;
  return { lines: lines([source, picos], ['receivable', -repaid], ['prepaid', -granted]), granted };
}

const lines = (...all: readonly (readonly [LedgerAccount | null, Picos])[]): PreviewLine[] =>
  all.filter(([, picos]) => picos !== 0n).map(([account, picos]) => ({ account, picos }));
