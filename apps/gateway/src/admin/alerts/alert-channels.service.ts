import { Inject, Injectable } from '@nestjs/common';
import { newWebhookSecret, sendAlert, testMessage, type Posted } from '@tollgate/alerts';
import type { TollgateConfig } from '@tollgate/config';
import { Database, inTransaction, keepTest, secretColumns, storedSecret } from '@tollgate/database';
import { newId } from '@tollgate/domain';
import { Mailer } from '@tollgate/mail';
import { AddressRefusedError, requirePublicUrl, type Resolve } from '@tollgate/public-address';
import type {
  AlertChannel,
  CreatedAlertChannel,
  OperationAnswer,
  OperationInput,
  OPERATIONS,
  Page,
} from '@tollgate/wire';
import { AddressThrottle } from '../../identity/address-throttle.js';
import { APP_CONFIG, MASTER_KEY } from '../../platform/tokens.js';
import { insertAuditEntry } from '../audit-log/audit-recorder.js';
import type { Actor } from '../http/actor.js';
import { readKeyset, toPage } from '../http/keyset.js';
import { revisionOf, withoutUndefined } from '../http/presentation.js';
import { invalidField, orNotFound } from '../http/problem-error.js';
import { requireChanged, requireVersion } from '../http/transaction.js';
import { OwnersService } from '../organizations/owners.service.js';
import { RESOLVE } from '../provider-credentials/connection-tester.js';
import type { AlertChannelRow } from './alert-rows.js';
import { AlertChannelsRepository } from './alert-channels.repository.js';

type Operations = typeof OPERATIONS;
type ListQuery = OperationInput<Operations['listAlertChannels']>['query'];
type Draft = OperationInput<Operations['createAlertChannel']>['body'];
type Change = OperationInput<Operations['updateAlertChannel']>;
type TestAnswer = OperationAnswer<Operations['testAlertChannel']>;

@Injectable()
export class AlertChannelsService {
  constructor(
    private readonly database: Database,
    private readonly owners: OwnersService,
    private readonly repository: AlertChannelsRepository,
    private readonly throttle: AddressThrottle,
    private readonly mailer: Mailer,
    @Inject(APP_CONFIG) private readonly config: Pick<TollgateConfig, 'publicUrl' | 'port'>,
    @Inject(MASTER_KEY) private readonly masterKey: Buffer,
    @Inject(RESOLVE) private readonly resolve: Resolve,
  ) {}

  async list(actor: Actor, { limit, sort, cursor, ...filter }: ListQuery): Promise<Page<AlertChannel>> {
    const order = { limit, sort, cursor };
    const rows = await this.repository.list(actor.organizationId, filter, readKeyset(order));
    return toPage(rows, order, present);
  }

  async read(actor: Actor, id: string): Promise<AlertChannel> {
    return present(orNotFound(await this.repository.find(actor.organizationId, id)));
  }

  async create(actor: Actor, draft: Draft): Promise<CreatedAlertChannel> {
    // outside of the transaction that writes: names are resolved here, which may take its time
    const organizationId = await this.owners.ownerOf(actor, draft.organizationId, this.database.prisma);
    const urlByOperator = actor.organizationId === null;
    if (draft.url !== undefined && !urlByOperator) await this.#requirePublic(draft.url);
    const id = newId('alertChannel');
    const signingSecret = draft.kind === 'webhook' ? newWebhookSecret() : null;
    const sealed = secretColumns(this.masterKey, id, draft.kind === 'slack' ? (draft.url ?? null) : signingSecret);
    const { name, kind, toPeople, recipients, alertKinds, minSeverity } = draft;
    const row = { id, name, kind, toPeople, recipients, alertKinds, minSeverity, urlByOperator, url: shownUrl(draft) };
    return inTransaction(this.database.pool, 'READ COMMITTED', async (client) => {
      await this.repository.insert(organizationId, { ...row, ...sealed }, client);
      const after = present(orNotFound(await this.repository.find(actor.organizationId, id, client)));
      const fact = { action: 'alert-channel.created', resourceId: id, organizationId, before: null, after };
      await insertAuditEntry(client, actor, fact);
      return { ...after, signingSecret };
    });
  }

  async update(actor: Actor, { params, body, ifMatch }: Change): Promise<AlertChannel> {
    const id = params.alertChannelId;
    return inTransaction(this.database.pool, 'READ COMMITTED', async (client) => {
      const found = orNotFound(await this.repository.find(actor.organizationId, id, client));
      requireVersion(found, ifMatch);
      const change = { ...found, ...withoutUndefined(body) };
      requireRecipients(change);
      const key = { id, version: ifMatch };
      const changed = await this.repository.update(actor.organizationId, key, { change, client });
      requireChanged({ count: changed ? 1 : 0 });
      const after = present(orNotFound(await this.repository.find(actor.organizationId, id, client)));
      const { organizationId } = found;
      const fact = { action: 'alert-channel.updated', resourceId: id, organizationId, before: present(found), after };
      await insertAuditEntry(client, actor, fact);
      return after;
    });
  }

  async delete(actor: Actor, id: string): Promise<void> {
    await inTransaction(this.database.pool, 'READ COMMITTED', async (client) => {
      const found = orNotFound(await this.repository.find(actor.organizationId, id, client));
      await this.repository.delete(actor.organizationId, id, client);
      const { organizationId } = found;
      const fact = {
        action: 'alert-channel.deleted',
        resourceId: id,
        organizationId,
        before: present(found),
        after: null,
      };
      await insertAuditEntry(client, actor, fact);
    });
  }

  /** Sends now, and waits for what comes of it. */
  async test(actor: Actor, id: string): Promise<TestAnswer> {
    const channel = orNotFound(await this.repository.find(actor.organizationId, id));
    const people = channel.toPeople ? await this.repository.people(channel.organizationId) : [];
    const recipients = channel.kind === 'email' ? [...new Set([...people, ...channel.recipients])] : [''];
    // whoever signs up could else have the operator's mail server write to strangers
    if (actor.organizationId !== null) {
      for (const recipient of recipients) await this.throttle.admitAlert(actor.organizationId, recipient);
    }
    const deliveries = await Promise.all(recipients.map((recipient) => this.#sendTest(channel, recipient)));
    await inTransaction(this.database.pool, 'READ COMMITTED', async (client) => {
      const { organizationId } = channel;
      for (const { recipient, startedAt, durationMs, status, error } of deliveries) {
        const attempt = { startedAt: new Date(startedAt), durationMs, status, error };
        await keepTest(client, { channelId: id, organizationId, recipient }, attempt);
      }
      const after = { delivered: deliveries.every(({ error }) => error === null) };
      await insertAuditEntry(client, actor, {
        ...{ action: 'alert-channel.tested', resourceId: id, organizationId },
        ...{ before: null, after },
      });
    });
    return { deliveries };
  }

  async #sendTest(channel: AlertChannelRow, recipient: string): Promise<TestAnswer['deliveries'][number]> {
    const startedAt = new Date();
    const started = performance.now();
    const { id, kind, url, ciphertext, urlByOperator: anywhere } = channel;
    const origin = this.config.publicUrl ?? `http://localhost:${this.config.port}`;
    const message = testMessage(newId('alertDelivery'), channel.organizationId, origin);
    const secret = storedSecret(this.masterKey, { id, ciphertext }) ?? null;
    const posted: Posted = await sendAlert(message, { kind, recipient, url, secret, anywhere }, this.mailer);
    const durationMs = Math.round(performance.now() - started);
    const error = posted.delivered ? null : (posted.error ?? 'not delivered');
    return { recipient, startedAt: startedAt.toISOString(), durationMs, status: posted.status, error };
  }

  async #requirePublic(url: string): Promise<void> {
    await requirePublicUrl(url, this.resolve).catch((error: unknown) => {
      if (error instanceof AddressRefusedError) throw invalidField('/body/url', error.message, 'address_refused');
      throw error;
    });
  }
}

/** The whole URL of Slack is what lets anybody write there: of it only the host is told. */
function shownUrl({ kind, url }: Draft): string | null {
  if (url === undefined) return null;
  return kind === 'slack' ? new URL(url).host : url;
}

function requireRecipients({ kind, toPeople, recipients }: AlertChannelRow): void {
  if ((kind === 'email') === (toPeople || recipients.length > 0)) return;
  throw invalidField(
    '/body/recipients',
    'is what e-mail needs, unless it goes to people by their role, and others have not',
  );
}

function present(row: AlertChannelRow): AlertChannel {
  const { id, organizationId, name, kind, toPeople, recipients, url, alertKinds, minSeverity } = row;
  return {
    ...{ id, organizationId, name, kind, toPeople, recipients: [...recipients], url },
    alertKinds: [...alertKinds],
    minSeverity,
    enabled: row.enabled,
    disabledReason: row.disabledReason,
    ...revisionOf(row),
  };
}
