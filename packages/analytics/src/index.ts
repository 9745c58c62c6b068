export { readAsOf } from './as-of.js';
export { cancellableQuery } from './cancellable-query.js';
export { readDeploymentHealth, type DeploymentHealth } from './deployment-health.js';
export { PostgresUsageAnalytics } from './postgres-usage-analytics.js';
export {
  UsageFiguresError,
  type UsageAnalytics,
  type UsageFigures,
  type UsageFilters,
  type UsageOwner,
} from './usage-analytics.js';
export { readRequestRecord } from './request-record/read-request-record.js';
export type { RecordedLine, RequestRecord } from './request-record/request-record.js';
export { exportFile, presentSums, presentTotals } from './usage-export/export-file.js';
export { PostgresUsageExport } from './usage-export/postgres-usage-export.js';
export type { ExportTotals, UsageExportRequest } from './usage-export/usage-export.js';
