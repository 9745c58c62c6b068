import type { GrantAccount, LedgerAccount } from '@tollgate/domain';

/**
 * What must come of a history of credit, written down a second time and as plainly as possible: lists that are added up
 * whenever somebody asks. It shares no code with the product. Organizations of UTC; instants are Unix milliseconds.
 */
export interface OracleGrant {
  readonly account: GrantAccount;
  readonly amount: bigint;
  readonly priority: number;
  readonly from: number;
  readonly expires: number | null;
  readonly order: number;
  left: bigint;
}

interface Entry {
  readonly at: number;
  readonly period: string;
  readonly account: LedgerAccount;
  readonly amount: bigint;
}

interface Taken {
  readonly grant: OracleGrant;
  amount: bigint;
}

interface Charged {
  billed: bigint;
  cost: bigint;
  readonly occurredAt: number;
  readonly taken: Taken[];
}

const MINUTE = 60_000;
const month = (at: number): string => new Date(at).toISOString().slice(0, 7);
const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, each) => total + each, 0n);
const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);

export class CreditOracle {
  readonly entries: Entry[] = [];
  readonly grants: OracleGrant[] = [];
  readonly #charged = new Map<string, Charged>();
  readonly #closed = new Set<string>();
  captured = 0n;

  /** Books a request, or what it is corrected to. */
  book(key: string, usage: { billed: bigint; cost: bigint; occurredAt: number }, now: number): void {
    const minute = now - (now % MINUTE);
    const period = this.open(month(usage.occurredAt));
    const known = this.#charged.get(key);
    if (known === undefined) this.captured += usage.billed;
    const charged = known ?? { billed: 0n, cost: 0n, occurredAt: usage.occurredAt, taken: [] };
    this.#charged.set(key, charged);
    const before = this.#paidBy(charged);
    const revenue = charged.billed - usage.billed;
    this.#settle(charged, usage.billed, { minute, period });
    charged.billed = usage.billed;
    const after = this.#paidBy(charged);
    for (const account of ['prepaid', 'promo', 'receivable'] as const) {
      this.#enter({ at: minute, period, account, amount: after[account] - before[account] });
    }
    this.#enter({ at: minute, period, account: 'revenue', amount: revenue });
    this.#enter({ at: minute, period, account: 'provider_cost', amount: usage.cost - charged.cost });
    this.#enter({ at: minute, period, account: 'provider_payable', amount: charged.cost - usage.cost });
    charged.cost = usage.cost;
  }

  has(key: string): boolean {
    return this.#charged.has(key);
  }

  give(grant: Omit<OracleGrant, 'left' | 'order'>): void {
    this.grants.push({ ...grant, left: grant.amount, order: this.grants.length });
    if (grant.account !== 'prepaid' || grant.expires === null) return;
    this.#expire(grant.amount, { at: grant.expires, period: this.open(month(grant.expires)) });
  }

  /** Money or favour that comes: what is owed first, the rest is granted. */
  credit(source: 'cash' | 'revenue', amount: bigint, terms: { now: number; priority: number; expires: number | null }) {
    const { now, priority, expires } = terms;
    const owed = this.owed();
    const repaid = owed > 0n ? least(owed, amount) : 0n;
    const period = this.open(month(now));
    this.#enter({ at: now, period, account: source, amount });
    this.#enter({ at: now, period, account: 'receivable', amount: -repaid });
    this.#enter({ at: now, period, account: 'prepaid', amount: repaid - amount });
    if (repaid < amount) this.give({ account: 'prepaid', amount: amount - repaid, priority, from: now, expires });
  }

  /** Something else than usage that is charged, or taken back. What grants do not pay is owed. */
  charge(credited: LedgerAccount, amount: bigint, { now, from }: { now: number; from: readonly OracleGrant[] }): void {
    const period = this.open(month(now));
    let owed = amount;
    for (const grant of from.filter((each) => isLive(each, now))) {
      const part = least(grant.left, owed);
      if (part === 0n) continue;
      this.#take(grant, part, { minute: now, period });
      this.#enter({ at: now, period, account: grant.account, amount: part });
      owed -= part;
    }
    this.#enter({ at: now, period, account: 'receivable', amount: owed });
    this.#enter({ at: now, period, account: credited, amount: -amount });
  }

  writeOff(amount: bigint, now: number): void {
    const period = this.open(month(now));
    this.#enter({ at: now, period, account: 'write_off', amount });
    this.#enter({ at: now, period, account: 'receivable', amount: -amount });
  }

  close(period: string): void {
    this.#closed.add(period);
  }

  /** The month, or the first open one after it. */
  open(period: string): string {
    let label = period;
    while (this.#closed.has(label)) label = month(Date.UTC(Number(label.slice(0, 4)), Number(label.slice(5))));
    return label;
  }

  balance(account: LedgerAccount, asOf = Number.POSITIVE_INFINITY): bigint {
    return sum(
      this.entries.filter((entry) => entry.account === account && entry.at <= asOf).map(({ amount }) => amount),
    );
  }

  owed(): bigint {
    return this.balance('receivable');
  }

  left(account: GrantAccount, now: number): bigint {
    return sum(this.grants.filter((grant) => grant.account === account && isLive(grant, now)).map(({ left }) => left));
  }

  inOrder(): OracleGrant[] {
    const end = (grant: OracleGrant): number => grant.expires ?? Number.MAX_SAFE_INTEGER;
    return [...this.grants].sort(
      (a, b) => a.priority - b.priority || end(a) - end(b) || a.from - b.from || a.order - b.order,
    );
  }

  #paidBy({ billed, taken }: Charged): Record<'prepaid' | 'promo' | 'receivable', bigint> {
    const of = (account: GrantAccount): bigint =>
      sum(taken.filter(({ grant }) => grant.account === account).map(({ amount }) => amount));
    const [prepaid, promo] = [of('prepaid'), of('promo')];
    return { prepaid, promo, receivable: billed - prepaid - promo };
  }

  #settle(charged: Charged, billed: bigint, at: { minute: number; period: string }): void {
    let more = billed - charged.billed;
    if (more > 0n) {
      for (const grant of this.inOrder().filter((each) => isLive(each, charged.occurredAt))) {
        const part = least(grant.left, more);
        if (part === 0n) continue;
        this.#take(grant, part, at);
        charged.taken.push({ grant, amount: part });
        more -= part;
      }
      return;
    }
    let back = -more - this.#paidBy(charged).receivable;
    for (const taken of charged.taken.toReversed()) {
      if (back <= 0n) return;
      const part = least(taken.amount, back);
      taken.amount -= part;
      this.#take(taken.grant, -part, at);
      back -= part;
    }
  }

  #take(grant: OracleGrant, amount: bigint, { minute, period }: { minute: number; period: string }): void {
    grant.left -= amount;
    if (grant.account !== 'prepaid' || grant.expires === null) return;
    const isAhead = grant.expires > minute;
    const then = isAhead ? { at: grant.expires, period: this.open(month(grant.expires)) } : { at: minute, period };
    this.#expire(-amount, then);
  }

  #expire(amount: bigint, then: Pick<Entry, 'at' | 'period'>): void {
    this.#enter({ ...then, account: 'prepaid', amount });
    this.#enter({ ...then, account: 'breakage', amount: -amount });
  }

  #enter(entry: Entry): void {
    if (entry.amount !== 0n) this.entries.push(entry);
  }
}

export function isLive(grant: OracleGrant, at: number): boolean {
  return grant.from <= at && (grant.expires === null || at < grant.expires);
}
