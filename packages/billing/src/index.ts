export type { BillingTerms, Price } from './price.js';
export { compilePriceSheet, isPriced } from './price-sheet.js';
export type { PriceSheet } from './price-sheet.js';
export { SIMULATED_PRICE_ID, rate } from './rating.js';
export type { RatedLine, Rating, RatingRequest } from './rating.js';
export { holdBound } from './hold-bound.js';
export type { HoldBound, HoldRequest } from './hold-bound.js';
export { estimateTokens, settle, settlementOf } from './settlement.js';
export type { Charge, SettledUsage, Settlement, SettlementFacts } from './settlement.js';
