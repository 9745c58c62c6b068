import {
  OPERATIONS,
  type AccountingPeriod,
  type ClosingChecklist,
  type OperationAnswer,
  type OperationInput,
  type PrepaidRollForward,
  type TrialBalance,
} from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { Caller } from '../http/caller.js';
import { AdminController, Operate } from '../http/operate.js';
import { Input } from '../http/operation.pipe.js';
import { AccountingService } from './accounting.service.js';

type Operations = typeof OPERATIONS;

@AdminController()
export class AccountingController {
  constructor(private readonly accounting: AccountingService) {}

  @Operate(OPERATIONS.readTrialBalance)
  trialBalance(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['readTrialBalance']>,
  ): Promise<TrialBalance> {
    return this.accounting.trialBalance(actor, input.query);
  }

  @Operate(OPERATIONS.readPrepaidRollForward)
  rollForward(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['readPrepaidRollForward']>,
  ): Promise<PrepaidRollForward> {
    return this.accounting.rollForward(actor, input.query);
  }

  @Operate(OPERATIONS.listAccountingPeriods)
  periods(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['listAccountingPeriods']>,
  ): Promise<OperationAnswer<Operations['listAccountingPeriods']>> {
    return this.accounting.periods(actor, input.params.organizationId);
  }

  @Operate(OPERATIONS.checkAccountingPeriod)
  check(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['checkAccountingPeriod']>,
  ): Promise<ClosingChecklist> {
    return this.accounting.check(actor, input.params);
  }

  @Operate(OPERATIONS.closeAccountingPeriod)
  close(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['closeAccountingPeriod']>,
  ): Promise<AccountingPeriod> {
    return this.accounting.close(actor, input.params);
  }
}
