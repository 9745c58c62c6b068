/**
 * Why somebody has to look at something that is booked. `gateway_crashed`: an estimate is charged. `overrun`: more was taken
 * than held. `rating_mismatch`: the gateway captured another amount than was booked. `unpriced`: a model without a price was
 * used. `expired_hold`: a hold outlived its lease. `overdraft`: a prepaid organization owes more than it may.
 * `price_difference`: two sources disagree about a price. `provider_cost_drift`: the provider says another cost than we do.
 * `ledger_refused`: accruals could not be sealed.
 */
export const REVIEW_KINDS = [
  'gateway_crashed',
  'overrun',
  'rating_mismatch',
  'unpriced',
  'expired_hold',
  'overdraft',
  'price_difference',
  'provider_cost_drift',
  'ledger_refused',
] as const;

export type ReviewKind = (typeof REVIEW_KINDS)[number];
