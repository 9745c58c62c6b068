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
  PlanLimitsRow,
  PrincipalRow,
  ProjectRow,
  RateLimitRow,
  RouteRow,
} from './control-plane/control-plane-rows.js';
export { noteReachedBudgets } from './control-plane/budget-notices.js';
export { readFunding } from './control-plane/read-funding.js';
export type { FundingOfAll, OrganizationFunding } from './control-plane/read-funding.js';
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
export { loadHeldRules } from './prices/price-rules.js';
export type { NewRule } from './prices/price-rules.js';
export { draftFaults } from './prices/draft-changes.js';
export type { DraftChanges, DraftFault, DraftPrice, HeldBook } from './prices/draft-changes.js';
export {
  changePriceDraft,
  createPriceDraft,
  decidePriceDraft,
  loadHeldBook,
  lockPriceDraft,
  PRICE_DRAFT_COLUMNS,
  publishDraft,
} from './prices/price-drafts.js';
export type { PriceDraftRow, PublishedDraft } from './prices/price-drafts.js';
export { publishDueDrafts } from './prices/publish-due-drafts.js';
export { PRICE_PREVIEW_COLUMNS, PRICE_PREVIEW_LINE_COLUMNS, requestPricePreview } from './prices/price-previews.js';
export type { PricePreviewLine, PricePreviewRow } from './prices/price-previews.js';
export { countUnpricedUsage, readUnpricedUsage } from './usage-corrections/unpriced-usage.js';
export type { UnpricedUsage } from './usage-corrections/unpriced-usage.js';
export {
  CATALOGUE_SOURCE,
  decidePriceDifference,
  publishImportedPrices,
  readPriceDifferences,
} from './prices/price-differences.js';
export type { PriceDifferenceRow, PriceDisagreement } from './prices/price-differences.js';
export { carryOutRepricing } from './usage-corrections/carry-out-repricing.js';
export {
  beginPosting,
  PRICE_CORRECTION_COLUMNS,
  PRICE_CORRECTION_LINE_COLUMNS,
  readCorrectedEvents,
  requestPriceCorrection,
} from './usage-corrections/price-corrections.js';
export type {
  CorrectedEvents,
  NewPriceCorrection,
  PriceCorrectionLine,
  PriceCorrectionRow,
} from './usage-corrections/price-corrections.js';

export { latencyBucket, mergeHistograms, percentile } from './usage-tables/histogram.js';
export type { Histogram } from './usage-tables/histogram.js';
export { InboxLines, insertUsageInbox } from './usage-tables/usage-inbox.js';
export type { InboxEvent } from './usage-tables/usage-inbox.js';
export { USAGE_LANES, usageLane } from './usage-tables/usage-lanes.js';
export { ensureUsagePartitions } from './usage-tables/usage-partitions.js';
export type { IngestionReport, RatingMismatch } from './usage-ingestion/ingestion-report.js';
export { PriceSnapshotsCache } from './usage-ingestion/price-snapshots-cache.js';
export { UsageIngestion } from './usage-ingestion/usage-ingestion.js';

export { decideManualPosting, requestManualPosting } from './manual-postings/request-manual-posting.js';
export type { ManualPostingDecision } from './manual-postings/request-manual-posting.js';
export { IdempotencyKeyReused, ManualPostingRefused } from './manual-postings/manual-posting.js';
export type { ManualPostingDraft, ManualPostingResult } from './manual-postings/manual-posting.js';
export { chargePlatformFee, grantPlanCredit } from './plan-postings/plan-postings.js';
export { postPlanTerms } from './plan-postings/post-plan-terms.js';
export type { PlanCredit, PlanPosting, PlatformFee } from './plan-postings/plan-postings.js';
export { raiseReviewItems } from './reviews/raise-review-items.js';
export type { ReviewItemDraft } from './reviews/raise-review-items.js';
export { LEDGER_CURRENCY } from './ledger/post-transactions.js';
export { checkAccountingPeriod, closeAccountingPeriod } from './books/close-accounting-period.js';
export type { ClosedPeriod, ClosingCheck } from './books/close-accounting-period.js';
export { readAccountingPeriods } from './books/read-accounting-periods.js';
export type { AccountingPeriodRow } from './books/read-accounting-periods.js';
export { readBalance } from './books/read-balance.js';
export type { AccountBalance, GrantLeft, OrganizationBalance } from './books/read-balance.js';
export { readRollForward } from './books/read-roll-forward.js';
export type { PrepaidRollForward, PromoRollForward, RollForward, RollForwardQuery } from './books/read-roll-forward.js';
export { readTrialBalance } from './books/read-trial-balance.js';
export type { TrialBalance, TrialBalanceLine, TrialBalanceQuery } from './books/read-trial-balance.js';
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
export { isSamePerson, needsSecondPerson } from './manual-postings/second-person.js';
