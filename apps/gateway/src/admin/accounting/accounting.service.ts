import { Injectable } from '@nestjs/common';
import { LEDGER_CURRENCY, type AccountingPeriodRow, type ClosedPeriod, type ClosingCheck } from '@tollgate/database';
import { formatPicos, OPERATOR_LEDGER_ACCOUNTS, type Picos } from '@tollgate/domain';
import type {
  AccountingPeriod,
  ClosingChecklist,
  MoneyAmount,
  OperationInput,
  OPERATIONS,
  PrepaidRollForward,
  TrialBalance,
} from '@tollgate/wire';
import type { Actor, Tenant } from '../http/actor.js';
import { conflict, invalidRequest, orNotFound, type ProblemError } from '../http/problem-error.js';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import { AccountingRepository, type PeriodKey } from './accounting.repository.js';

type TrialBalanceQuery = OperationInput<typeof OPERATIONS.readTrialBalance>['query'];
type RollForwardQuery = OperationInput<typeof OPERATIONS.readPrepaidRollForward>['query'];
type PeriodParams = OperationInput<typeof OPERATIONS.closeAccountingPeriod>['params'];

@Injectable()
export class AccountingService {
  constructor(
    private readonly repository: AccountingRepository,
    private readonly organizations: OrganizationsRepository,
  ) {}

  async trialBalance(actor: Actor, query: TrialBalanceQuery): Promise<TrialBalance> {
    const { accountingPeriod, asOf } = query;
    if (accountingPeriod !== undefined && asOf !== undefined) {
      const message = 'is either of a period or as of an instant';
      throw invalidRequest([{ pointer: '/query/asOf', code: 'invalid', message }]);
    }
    const organizationId = await this.#whose(actor, query.organizationId);
    const instant = asOf === undefined ? Date.now() : Date.parse(asOf);
    const when = accountingPeriod === undefined ? { asOf: instant } : { accountingPeriod };
    const { accounts } = await this.repository.trialBalance(organizationId, when);
    // what the operator pays sums to zero by itself, and is not told to those who pay the operator
    const shown = accounts.filter(
      ({ account }) => actor.organizationId === null || !OPERATOR_LEDGER_ACCOUNTS.includes(account),
    );
    const total = (of: 'debits' | 'credits' | 'closing'): Picos => shown.reduce((sum, line) => sum + line[of], 0n);
    return {
      organizationId,
      accountingPeriod: accountingPeriod ?? null,
      asOf: accountingPeriod === undefined ? new Date(instant).toISOString() : null,
      currency: LEDGER_CURRENCY,
      rows: shown.map(({ account, opening, debits, credits, closing }) => ({
        account,
        opening: money(opening),
        debits: money(debits),
        credits: money(-credits),
        closing: money(closing),
      })),
      debits: money(total('debits')),
      credits: money(-total('credits')),
      balances: total('debits') + total('credits') === 0n && total('closing') === 0n,
    };
  }

  async rollForward(actor: Actor, query: RollForwardQuery): Promise<PrepaidRollForward> {
    const { accountingPeriod } = query;
    const organizationId = await this.#whose(actor, query.organizationId);
    const { prepaid, promo, bookedLater } = await this.repository.rollForward(organizationId, accountingPeriod);
    return {
      organizationId,
      accountingPeriod,
      currency: LEDGER_CURRENCY,
      prepaid: inMoney(prepaid),
      promo: inMoney(promo),
      bookedLater: bookedLater === null ? null : money(bookedLater),
    };
  }

  async periods(actor: Actor, id: string): Promise<{ data: AccountingPeriod[]; asOf: string }> {
    const { id: organizationId } = orNotFound(await this.organizations.find(actor.organizationId, id));
    const rows = await this.repository.periods(organizationId);
    return { data: rows.map(presentPeriod), asOf: new Date().toISOString() };
  }

  async check(actor: Actor, params: PeriodParams): Promise<ClosingChecklist> {
    const checklist = checklistOf(orNotFound(await this.repository.check(await this.#keyOf(actor, params))));
    return { canClose: checklist.length > 0 && checklist.every(({ passed }) => passed), checklist };
  }

  async close(actor: Actor, params: PeriodParams): Promise<AccountingPeriod> {
    const key = await this.#keyOf(actor, params);
    const { organizationId, label } = key;
    const fact = {
      action: 'accounting-period.closed',
      resourceId: `${organizationId}/${label}`,
      organizationId,
      before: { state: 'open' },
      after: { state: 'closed' },
    };
    const result = orNotFound(await this.repository.close(actor, key, fact));
    if (!result.closed) throw inTheWay(result);
    const { data } = await this.periods(actor, organizationId);
    return orNotFound(data.find((period) => period.label === label));
  }

  async #keyOf(actor: Actor, { organizationId: id, accountingPeriod }: PeriodParams): Promise<PeriodKey> {
    const { id: organizationId } = orNotFound(await this.organizations.find(actor.organizationId, id));
    return { organizationId, label: accountingPeriod };
  }

  /** The operator's are all organizations together where none is named; an organization's are its own. */
  async #whose(actor: Actor, named: string | undefined): Promise<Tenant> {
    if (named === undefined) return actor.organizationId;
    return orNotFound(await this.organizations.find(actor.organizationId, named)).id;
  }
}

const checklistOf = (checklist: readonly ClosingCheck[]): ClosingChecklist['checklist'] =>
  checklist.map(({ check, found }) => ({ check, passed: found === 0, found }));

function inTheWay(result: ClosedPeriod): ProblemError {
  const failed = checklistOf(result.checklist).filter(({ passed }) => !passed);
  return conflict(
    `The period cannot be closed yet: ${failed.map(({ check }) => check).join(', ')}.`,
    failed.map(({ check, found }) => ({
      pointer: '/path/accountingPeriod',
      code: check,
      message: `${found} ${found === 1 ? 'is' : 'are'} in the way`,
    })),
  );
}

function presentPeriod({ startsAt, endsAt, closedAt, ...period }: AccountingPeriodRow): AccountingPeriod {
  return {
    ...period,
    startsAt: new Date(startsAt).toISOString(),
    endsAt: new Date(endsAt).toISOString(),
    closedAt: closedAt === null ? null : new Date(closedAt).toISOString(),
  };
}

const money = (picos: Picos): MoneyAmount => ({ amount: formatPicos(picos), currency: LEDGER_CURRENCY });

function inMoney<Name extends string>(figures: Readonly<Record<Name, Picos>>): Record<Name, MoneyAmount> {
  const entries = Object.entries(figures) as [Name, Picos][];
  return Object.fromEntries(entries.map(([name, picos]) => [name, money(picos)])) as Record<Name, MoneyAmount>;
}
