import { OPERATIONS, type Installation, type MailResult, type OperationInput } from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { Caller } from '../http/caller.js';
import { AdminController, Operate } from '../http/operate.js';
import { Input } from '../http/operation.pipe.js';
import { InstallationService } from './installation.service.js';

type Operations = typeof OPERATIONS;

@AdminController()
export class InstallationController {
  constructor(private readonly installation: InstallationService) {}

  @Operate(OPERATIONS.readInstallation)
  read(): Promise<Installation> {
    return this.installation.read();
  }

  @Operate(OPERATIONS.updateInstallation)
  update(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['updateInstallation']>,
  ): Promise<Installation> {
    return this.installation.update(actor, input);
  }

  @Operate(OPERATIONS.sendTestMail)
  sendTestMail(
    @Caller() actor: Actor,
    @Input() { body }: OperationInput<Operations['sendTestMail']>,
  ): Promise<MailResult> {
    return this.installation.sendTestMail(actor, body.to);
  }
}
