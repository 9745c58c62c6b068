import fc from 'fast-check';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Statements after which a connection dies, where the history wants it to. */
export const CRASH_SITES = [
  ...['usage_event', 'rated_line', 'grant_allocation', 'credit_grant_balance', 'organization_funding', 'usage_accrual'],
  ...['usage_hour', 'budget_spend', 'installation_hour', 'ledger_transaction', 'ledger_entry', 'ledger_balance'],
  ...['credit_grant', 'grant_charge', 'manual_posting', 'usage_sealing', 'accounting_period'],
] as const;

/** What may happen to the credit of two organizations, in any order. */
export type CreditStep =
  | { readonly kind: 'book'; readonly who: number; readonly requests: readonly Request[]; readonly sealing: boolean }
  | { readonly kind: 'correct'; readonly which: number; readonly tokens: number }
  | { readonly kind: 'send again'; readonly which: number }
  | { readonly kind: 'give'; readonly who: number; readonly gift: Gift }
  | { readonly kind: 'take'; readonly who: number; readonly as: Taking; readonly picos: bigint; readonly which: number }
  | { readonly kind: 'clock'; readonly ms: number }
  | { readonly kind: 'seal'; readonly sealers: number }
  | { readonly kind: 'close'; readonly who: number }
  | { readonly kind: 'change billing'; readonly who: number; readonly mode: 'prepaid' | 'postpaid' }
  | { readonly kind: 'crash'; readonly at: (typeof CRASH_SITES)[number]; readonly during: CreditStep };

export interface Request {
  readonly tokens: number;
  /** How long before it is booked it occurred. */
  readonly agoMs: number;
}

export interface Gift {
  readonly as: 'payment' | 'promotion' | 'adjustment' | 'plan';
  readonly picos: bigint;
  readonly priority: number;
  readonly lifetimeMs: number | null;
  /** How often it is asked for by the same key, at once. */
  readonly times: number;
}

type Taking = 'refund' | 'adjustment' | 'write_off' | 'revocation' | 'fee';

const nat = (max: number) => fc.nat({ max });
/** About what a part of a request costs, or ten of them. */
const amount = fc.oneof(
  fc.bigInt({ min: 1n, max: 3_000_000_000n }),
  fc.bigInt({ min: 1n, max: 3_000_000_000n }),
  fc.bigInt({ min: 1n, max: 40_000_000_000n }),
);

const request: fc.Arbitrary<Request> = fc.record({
  tokens: nat(3_000),
  agoMs: fc.oneof(nat(2 * SECOND_MS), nat(2 * HOUR_MS), nat(40 * DAY_MS)),
});

const gift: fc.Arbitrary<Gift> = fc.record({
  as: fc.constantFrom('payment', 'payment', 'promotion', 'adjustment', 'plan'),
  picos: amount,
  priority: fc.constantFrom(10, 50, 100),
  lifetimeMs: fc.option(fc.oneof(fc.integer({ min: 1, max: HOUR_MS }), fc.integer({ min: 1, max: 60 * DAY_MS }))),
  times: fc.integer({ min: 1, max: 3 }),
});

const book = fc.record({
  kind: fc.constant('book' as const),
  who: nat(1),
  requests: fc.array(request, { minLength: 1, maxLength: 4 }),
  sealing: fc.boolean(),
});
const correct = fc.record({ kind: fc.constant('correct' as const), which: nat(40), tokens: nat(6_000) });
const give = fc.record({ kind: fc.constant('give' as const), who: nat(1), gift });
const take = fc.record({
  kind: fc.constant('take' as const),
  who: nat(1),
  as: fc.constantFrom<Taking>('refund', 'adjustment', 'write_off', 'revocation', 'fee'),
  picos: amount,
  which: nat(10),
});
const seal = fc.record({ kind: fc.constant('seal' as const), sealers: fc.integer({ min: 1, max: 2 }) });
const close = fc.record({ kind: fc.constant('close' as const), who: nat(1) });

export const creditStep: fc.Arbitrary<CreditStep> = fc.oneof(
  { weight: 5, arbitrary: book },
  { weight: 4, arbitrary: give },
  { weight: 3, arbitrary: correct },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('clock' as const),
      ms: fc.oneof(nat(90 * SECOND_MS), nat(3 * HOUR_MS), nat(20 * DAY_MS)),
    }),
  },
  { weight: 2, arbitrary: take },
  { weight: 2, arbitrary: seal },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('send again' as const), which: nat(40) }) },
  { weight: 1, arbitrary: close },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('change billing' as const),
      who: nat(1),
      mode: fc.constantFrom('prepaid' as const, 'postpaid' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('crash' as const),
      at: fc.constantFrom(...CRASH_SITES),
      during: fc.oneof(book, give, take, correct, seal, close),
    }),
  },
);
