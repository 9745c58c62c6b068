export { ADVISORY_LOCKS } from './advisory-locks.js';
export { Database } from './database.js';
export type { DatabaseOptions } from './database.js';
export { hasLedgerRole } from './ledger-role.js';
export { deployMigrations, MigrationError, requireSchema, SchemaMismatchError } from './migrations.js';
export { inTransaction } from './transaction.js';
export { Prisma } from './generated/client.js';
export type { PrismaClient } from './generated/client.js';
export * from './generated/enums.js';

export {
  loadControlPlane,
  loadPrincipalOfKey,
  loadPrincipals,
  readControlPlaneVersion,
} from './control-plane/control-plane.js';
export type {
  BudgetRaiseRow,
  BudgetRow,
  ControlPlaneRows,
  DeploymentRow,
  ModelRow,
  OrganizationRow,
  PrincipalRow,
  ProjectRow,
  RateLimitRow,
  RouteRow,
} from './control-plane/control-plane-rows.js';
export { noteReachedBudgets } from './control-plane/budget-notices.js';
export { importModels } from './control-plane/import-models.js';
export type { ModelImport } from './control-plane/import-models.js';
export { masterKeyId, openSecret, SealedSecretError, sealSecret } from './control-plane/sealed-secret.js';
export { secretColumns, storedSecret } from './control-plane/stored-secret.js';
export { loadSpend } from './control-plane/spend.js';
export type { BookedSpend, WaitingUsage } from './control-plane/spend.js';

export { loadPrices, PriceSnapshotError, SnapshotPrices } from './prices/snapshot-prices.js';
export { publishPrices } from './prices/publish-prices.js';
export type { PricePublication, PublishedPrices } from './prices/publish-prices.js';
export type { NewPrice } from './prices/price-changes.js';

export { latencyBucket, mergeHistograms, percentile } from './usage-tables/histogram.js';
export type { Histogram } from './usage-tables/histogram.js';
export { InboxLines, insertUsageInbox } from './usage-tables/usage-inbox.js';
export type { InboxEvent } from './usage-tables/usage-inbox.js';
export { USAGE_LANES, usageLane } from './usage-tables/usage-lanes.js';
export { ensureUsagePartitions } from './usage-tables/usage-partitions.js';
export type { IngestionReport, RatingMismatch } from './usage-ingestion/ingestion-report.js';
export { PriceSnapshotsCache } from './usage-ingestion/price-snapshots-cache.js';
export { UsageIngestion } from './usage-ingestion/usage-ingestion.js';

export { IdempotencyKeyReused, postCredit } from './ledger/post-credit.js';
export type { CreditDraft, PostedCredit } from './ledger/post-credit.js';
export { LEDGER_CURRENCY } from './ledger/post-transactions.js';
export { readBalance } from './ledger/read-balance.js';
export type { AccountBalance, OrganizationBalance } from './ledger/read-balance.js';
export { sealUsage } from './ledger/seal-usage.js';
export type { SealingReport } from './ledger/seal-usage.js';

export { claimDeliveries, keepTest, noteAttempt, replayDelivery } from './alerts/alert-deliveries.js';
export type { ClaimedDelivery } from './alerts/alert-deliveries.js';
export { lookAtBalances, lookAtExpiringCredit, readAvailable } from './alerts/balance-look.js';
export { lookForOperator } from './alerts/operator-looks.js';
export { raiseEach } from './alerts/raise-alerts.js';
export type { AlertDraft } from './alerts/raise-alerts.js';
export { forgetOldSpend, readRunningSpend, readSpentDays, spansAround, suspect } from './alerts/running-spend.js';
export type { RunningSpend } from './alerts/running-spend.js';
export { readBalanceHistories, readBudgetHistories } from './alerts/spend-history.js';
export type { BalanceHistory, BudgetHistory } from './alerts/spend-history.js';

export { auditBooks } from './self-audit/audit-books.js';
export type { AuditedBooks } from './self-audit/audit-books.js';
export { carryOutSelfAudits } from './self-audit/carry-out-self-audits.js';
export type { CarriedOut } from './self-audit/carry-out-self-audits.js';
export {
  readSelfAudit,
  requestDueSelfAudit,
  requestSelfAudit,
  SELF_AUDIT_COLUMNS,
} from './self-audit/self-audit-rows.js';
export type { SelfAuditChecked, SelfAuditRow } from './self-audit/self-audit-rows.js';
export { readSelfAuditVerdict } from './self-audit/self-audit-verdict.js';
export type { SelfAuditVerdict } from './self-audit/self-audit-verdict.js';
