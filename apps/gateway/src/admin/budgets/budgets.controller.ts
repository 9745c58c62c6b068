import { OPERATIONS, type BudgetNotice, type BudgetRaise, type OperationInput, type Page } from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { Caller } from '../http/caller.js';
import { AdminController, Operate } from '../http/operate.js';
import { Input } from '../http/operation.pipe.js';
import { BudgetsService } from './budgets.service.js';

type Operations = typeof OPERATIONS;

@AdminController()
export class BudgetsController {
  constructor(private readonly budgets: BudgetsService) {}

  @Operate(OPERATIONS.listBudgetRaises)
  listRaises(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['listBudgetRaises']>,
  ): Promise<Page<BudgetRaise>> {
    return this.budgets.listRaises(actor, input);
  }

  @Operate(OPERATIONS.createBudgetRaise)
  raise(@Caller() actor: Actor, @Input() input: OperationInput<Operations['createBudgetRaise']>): Promise<BudgetRaise> {
    return this.budgets.raise(actor, input);
  }

  @Operate(OPERATIONS.endBudgetRaise)
  endRaise(@Caller() actor: Actor, @Input() input: OperationInput<Operations['endBudgetRaise']>): Promise<void> {
    return this.budgets.endRaise(actor, input);
  }

  @Operate(OPERATIONS.listBudgetNotices)
  listNotices(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['listBudgetNotices']>,
  ): Promise<Page<BudgetNotice>> {
    return this.budgets.listNotices(actor, input.query);
  }
}
