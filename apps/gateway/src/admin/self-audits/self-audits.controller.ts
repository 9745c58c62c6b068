import { OPERATIONS, type OperationInput, type Page, type SelfAudit } from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { Caller } from '../http/caller.js';
import { AdminController, Operate } from '../http/operate.js';
import { Input } from '../http/operation.pipe.js';
import { SelfAuditsService } from './self-audits.service.js';

type Operations = typeof OPERATIONS;

@AdminController()
export class SelfAuditsController {
  constructor(private readonly selfAudits: SelfAuditsService) {}

  @Operate(OPERATIONS.listSelfAudits)
  list(@Input() input: OperationInput<Operations['listSelfAudits']>): Promise<Page<SelfAudit>> {
    return this.selfAudits.list(input.query);
  }

  @Operate(OPERATIONS.requestSelfAudit)
  request(@Caller() actor: Actor, @Input() input: OperationInput<Operations['requestSelfAudit']>): Promise<SelfAudit> {
    return this.selfAudits.request(actor, input.body);
  }

  @Operate(OPERATIONS.readSelfAudit)
  read(@Input() input: OperationInput<Operations['readSelfAudit']>): Promise<SelfAudit> {
    return this.selfAudits.read(input.params.selfAuditId);
  }
}
