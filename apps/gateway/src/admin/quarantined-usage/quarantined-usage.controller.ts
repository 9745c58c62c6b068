import {
  OPERATIONS,
  type OperationInput,
  type Page,
  type QuarantinedUsage,
  type QuarantinedUsageDetail,
} from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { Caller } from '../http/caller.js';
import { AdminController, Operate } from '../http/operate.js';
import { Input } from '../http/operation.pipe.js';
import { QuarantinedUsageService } from './quarantined-usage.service.js';

type Operations = typeof OPERATIONS;

@AdminController()
export class QuarantinedUsageController {
  constructor(private readonly quarantine: QuarantinedUsageService) {}

  @Operate(OPERATIONS.listQuarantinedUsage)
  list(@Input() input: OperationInput<Operations['listQuarantinedUsage']>): Promise<Page<QuarantinedUsage>> {
    return this.quarantine.list(input.query);
  }

  @Operate(OPERATIONS.readQuarantinedUsage)
  read(@Input() input: OperationInput<Operations['readQuarantinedUsage']>): Promise<QuarantinedUsageDetail> {
    return this.quarantine.read(input.params.quarantinedUsageId);
  }

  @Operate(OPERATIONS.retryQuarantinedUsage)
  retry(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['retryQuarantinedUsage']>,
  ): Promise<QuarantinedUsageDetail> {
    return this.quarantine.retry(actor, input.params.quarantinedUsageId);
  }

  @Operate(OPERATIONS.dismissQuarantinedUsage)
  dismiss(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['dismissQuarantinedUsage']>,
  ): Promise<QuarantinedUsageDetail> {
    return this.quarantine.dismiss(actor, input);
  }
}
