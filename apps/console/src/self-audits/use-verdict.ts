import type { SelfAudit } from '@tollgate/wire';
import { useOperation } from '../api/use-operation.js';
import { useMe } from '../session/use-me.js';
import { verdictOf, type Verdict } from './verdict.js';

const SHOWN = '20';
const REFETCH_MS = 60_000;
const HURRY_MS = 2_000;

interface AuditVerdict extends Verdict {
  readonly audits: readonly SelfAudit[] | undefined;
  readonly error: Error | null;
  readonly refetch: () => void;
}

/** The newest audits, and what they say together; looked at more often while one is under way. */
export function useVerdict(): AuditVerdict {
  const { mayCall } = useMe();
  const enabled = mayCall('listSelfAudits');
  const newest = useOperation('listSelfAudits', { query: { limit: SHOWN } }, { enabled, refetchMs: REFETCH_MS });
  const verdict = verdictOf(newest.data?.data ?? []);
  // the same question again: it is answered to both
  useOperation(
    'listSelfAudits',
    { query: { limit: SHOWN } },
    { enabled: enabled && verdict.isUnderWay, refetchMs: verdict.isUnderWay ? HURRY_MS : false },
  );
  return { ...verdict, audits: newest.data?.data, error: newest.error, refetch: () => void newest.refetch() };
}
