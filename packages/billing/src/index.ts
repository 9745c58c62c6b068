export { ANY } from './price.js';
export type { BillingTerms, Price, PriceRule } from './price.js';
export { BASIS_POINTS, compilePriceSheet, isPriced, tableFor } from './price-sheet.js';
export type { PriceSheet, PriceTable } from './price-sheet.js';
export { checkRules, markupFor } from './markups.js';
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
export { promptCachePremium, wasteKindOf } from './waste.js';
export type { WastedMoney } from './waste.js';
