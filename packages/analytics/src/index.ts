export { PostgresUsageAnalytics } from './postgres-usage-analytics.js';
export {
  UsageFiguresError,
  type UsageAnalytics,
  type UsageFigures,
  type UsageFilters,
  type UsageOwner,
} from './usage-analytics.js';
