import {
  OPERATIONS,
  type LedgerEntry,
  type LedgerTransaction,
  type LedgerTransactionDetail,
  type OperationInput,
  type OrganizationBalance,
  type Page,
} from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { Caller } from '../http/caller.js';
import { AdminController, Operate } from '../http/operate.js';
import { Input } from '../http/operation.pipe.js';
import { LedgerService } from './ledger.service.js';

type Operations = typeof OPERATIONS;

@AdminController()
export class LedgerController {
  constructor(private readonly ledger: LedgerService) {}

  @Operate(OPERATIONS.readBalance)
  balance(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['readBalance']>,
  ): Promise<OrganizationBalance> {
    return this.ledger.balance(actor, input);
  }

  @Operate(OPERATIONS.listLedgerTransactions)
  transactions(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['listLedgerTransactions']>,
  ): Promise<Page<LedgerTransaction>> {
    return this.ledger.transactions(actor, input.query);
  }

  @Operate(OPERATIONS.readLedgerTransaction)
  transaction(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['readLedgerTransaction']>,
  ): Promise<LedgerTransactionDetail> {
    return this.ledger.transaction(actor, input.params.ledgerTransactionId);
  }

  @Operate(OPERATIONS.listLedgerEntries)
  entries(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['listLedgerEntries']>,
  ): Promise<Page<LedgerEntry>> {
    return this.ledger.entries(actor, input.query);
  }
}
