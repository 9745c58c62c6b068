import { Injectable } from '@nestjs/common';
import {
  checkAccountingPeriod,
  closeAccountingPeriod,
  Database,
  inTransaction,
  readAccountingPeriods,
  readRollForward,
  readTrialBalance,
  type AccountingPeriodRow,
  type ClosedPeriod,
  type ClosingCheck,
  type RollForward,
  type TrialBalance,
  type TrialBalanceQuery,
} from '@tollgate/database';
import { insertAuditEntry, type AuditFact } from '../audit-log/audit-recorder.js';
import type { Actor, Tenant } from '../http/actor.js';

/** Whose period. */
export interface PeriodKey {
  readonly organizationId: string;
  readonly label: string;
}

@Injectable()
export class AccountingRepository {
  constructor(private readonly database: Database) {}

  trialBalance(organizationId: Tenant, query: Omit<TrialBalanceQuery, 'organizationId'>): Promise<TrialBalance> {
    return readTrialBalance(this.database.pool, { organizationId, ...query });
  }

  /** One reading of all of it: its statements see the same books. */
  rollForward(organizationId: Tenant, accountingPeriod: string): Promise<RollForward> {
    return inTransaction(this.database.pool, 'REPEATABLE READ READ ONLY', (client) =>
      readRollForward(client, { organizationId, accountingPeriod }),
    );
  }

  periods(organizationId: string): Promise<readonly AccountingPeriodRow[]> {
    return readAccountingPeriods(this.database.pool, organizationId);
  }

  /** What is in the way; nothing of a period that is closed. Null when there is no such period. */
  check(key: PeriodKey): Promise<readonly ClosingCheck[] | null> {
    return checkAccountingPeriod(this.database.pool, key);
  }

  /** Closes it if nothing is in the way, with its audit entry. */
  close(actor: Actor, key: PeriodKey, fact: AuditFact): Promise<ClosedPeriod | null> {
    return inTransaction(this.database.pool, 'READ COMMITTED', async (client) => {
      const result = await closeAccountingPeriod(client, { ...key, by: actor.id });
      if (result?.closedNow === true) await insertAuditEntry(client, actor, fact);
      return result;
    });
  }
}
