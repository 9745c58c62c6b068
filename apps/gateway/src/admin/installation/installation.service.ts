import { Inject, Injectable } from '@nestjs/common';
import type { TollgateConfig } from '@tollgate/config';
import { Database } from '@tollgate/database';
import { parsePicos } from '@tollgate/domain';
import { Mailer } from '@tollgate/mail';
import type { Installation, MailResult, OperationInput, OPERATIONS } from '@tollgate/wire';
import { APP_CONFIG } from '../../platform/tokens.js';
import { recordAudit } from '../audit-log/audit-recorder.js';
import type { Actor } from '../http/actor.js';
import { dollars, revisionOf, withoutUndefined } from '../http/presentation.js';
import { invalidField } from '../http/problem-error.js';
import { inTransaction } from '../http/transaction.js';
import { InstallationRepository, type InstallationRow } from './installation.repository.js';

type Change = OperationInput<typeof OPERATIONS.updateInstallation>;

const RESOURCE = { resourceId: 'installation', organizationId: null };

@Injectable()
export class InstallationService {
  constructor(
    private readonly database: Database,
    private readonly repository: InstallationRepository,
    private readonly mailer: Mailer,
    @Inject(APP_CONFIG) private readonly config: Pick<TollgateConfig, 'publicUrl' | 'mail'>,
  ) {}

  async read(): Promise<Installation> {
    return this.#present(await this.repository.read());
  }

  async update(actor: Actor, { body, ifMatch }: Change): Promise<Installation> {
    const { signUp, starterGrant, approvalThreshold } = body;
    if (starterGrant !== undefined && starterGrant !== null && parsePicos(starterGrant.amount) === 0n) {
      throw invalidField('/body/starterGrant/amount', 'must be more than 0; null grants nothing', 'too_small');
    }
    return inTransaction(this.database, async (transaction) => {
      const before = this.#present(await this.repository.read(transaction));
      const data = withoutUndefined({
        signUp,
        starterGrant: starterGrant === undefined ? undefined : (starterGrant?.amount ?? null),
        approvalThreshold: approvalThreshold === undefined ? undefined : (approvalThreshold?.amount ?? null),
      });
      await this.repository.update(ifMatch, { data, transaction });
      const after = this.#present(await this.repository.read(transaction));
      await recordAudit(transaction, actor, { action: 'installation.updated', ...RESOURCE, before, after });
      return after;
    });
  }

  async sendTestMail(actor: Actor, to: string): Promise<MailResult> {
    const result = await this.mailer.send({
      to,
      subject: 'Tollgate can send mail',
      text: 'This mail was sent to see whether mail works. It does.',
    });
    const after = { to, delivery: result.delivery };
    await recordAudit(this.database.prisma, actor, { action: 'test-mail.sent', ...RESOURCE, before: null, after });
    return result;
  }

  #present(row: InstallationRow): Installation {
    const { mail, publicUrl } = this.config;
    return {
      signUp: row.signUp,
      starterGrant: row.starterGrant === null ? null : dollars(row.starterGrant),
      approvalThreshold: row.approvalThreshold === null ? null : dollars(row.approvalThreshold),
      mail: mail === null ? null : { from: mail.from },
      publicUrl,
      ...revisionOf(row),
    };
  }
}
