import type { SelfAudit } from '@tollgate/wire';

export interface Verdict {
  readonly light: 'green' | 'red' | 'failed' | 'unknown';
  /** The newest one that has been carried out. */
  readonly latest: SelfAudit | null;
  readonly findings: SelfAudit['findings'];
  readonly isUnderWay: boolean;
}

/**
 * What the audits say together: findings of the newest, and those of the newest that read every event, which a later look
 * at the last two days does not take back.
 * @param audits newest first
 */
export function verdictOf(audits: readonly SelfAudit[]): Verdict {
  const done = audits.filter(({ state }) => state === 'green' || state === 'red' || state === 'failed');
  const [latest] = done;
  const full = done.find(({ extent }) => extent === 'full');
  const isUnderWay = audits.some(({ state }) => state === 'requested' || state === 'running');
  if (latest === undefined) return { light: 'unknown', latest: null, findings: [], isUnderWay };
  const counted = full === undefined || full.id === latest.id ? [latest] : [latest, full];
  const findings = [...new Map(counted.flatMap((audit) => audit.findings).map((each) => [keyOf(each), each])).values()];
  const isRed = counted.some(({ state }) => state === 'red');
  return { light: isRed ? 'red' : latest.state === 'failed' ? 'failed' : 'green', latest, findings, isUnderWay };
}

const keyOf = ({ check, organizationId, accountingPeriod, message }: SelfAudit['findings'][number]): string =>
  [check, organizationId, accountingPeriod, message].join('\n');
