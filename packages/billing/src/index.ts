export type { BillingTerms, Price } from './price.js';
export { compilePriceSheet, isPriced } from './price-sheet.js';
export type { PriceSheet } from './price-sheet.js';
export { SIMULATED_PRICE_ID, rate } from './rating.js';
export type { RatedLine, Rating, RatingRequest } from './rating.js';
export { holdBound } from './hold-bound.js';
export type { HoldBound, HoldRequest } from './hold-bound.js';
export { estimateTokens, settle, settlementOf } from './settlement.js';
export type { Charge, SettledUsage, Settlement, SettlementFacts } from './settlement.js';
export { currentPrices } from './current-prices.js';
export type { CurrentPrice } from './current-prices.js';
export { allocate, bySpendingOrder, isLiveAt, reallocate, sumsByAccount } from './funding.js';
export type { Allocation, RecordedFunding, SpendableGrant } from './funding.js';
export {
  chargePostings,
  creditPostings,
  expiryPostings,
  openingPostings,
  refundPostings,
  usagePostings,
  writeOffPostings,
} from './postings.js';
export type { UsageMoney } from './postings.js';
