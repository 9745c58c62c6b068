import { Injectable } from '@nestjs/common';
import { Database } from '@tollgate/database';
import { API_KEY_PREFIX, issueSecret, newId } from '@tollgate/domain';
import type { MoneyAmount, OperationInput, OPERATIONS, PlaygroundKey, RateLimit } from '@tollgate/wire';
import { ApiKeysRepository } from '../api-keys/api-keys.repository.js';
import { recordAudit } from '../audit-log/audit-recorder.js';
import type { Actor } from '../http/actor.js';
import { orNotFound } from '../http/problem-error.js';
import { inTransaction, type Transaction } from '../http/transaction.js';
import { LimitsRepository } from '../limits/limits.repository.js';
import { ProjectsRepository } from '../projects/projects.repository.js';

type Opening = OperationInput<typeof OPERATIONS.openPlayground>;

const SECRET_TTL_MS = 3_600_000;
const PLAYGROUND_TAG = 'playground';

/** What a key of the playground is like when it is created; its page in the console changes it like any other. */
interface KeyKind {
  readonly name: string;
  readonly tags: readonly string[];
  readonly monthlyBudget: MoneyAmount | null;
}

const PRICED: KeyKind = {
  name: 'Playground',
  tags: [PLAYGROUND_TAG],
  monthlyBudget: { amount: '10.000000000000', currency: 'USD' },
};
/** Under a budget, models without a price are refused. */
const UNPRICED: KeyKind = {
  name: 'Playground, models without a price',
  tags: [PLAYGROUND_TAG, 'unpriced'],
  monthlyBudget: null,
};
/** One person, in a few windows. */
const RATE_LIMIT: RateLimit = { requestsPerMinute: 60, tokensPerMinute: null, concurrency: 8 };

/** Where somebody belongs who asks for a secret. */
interface Place {
  readonly organizationId: string;
  readonly projectId: string;
}

interface KeyWrite {
  readonly kind: KeyKind;
  readonly transaction: Transaction;
}

/**
 * Lets people try models out with a secret of their own that does not last. The requests go through the same gate as
 * all others: the playground is a key, and its limits, usage and charges are found where those of keys are.
 */
@Injectable()
export class PlaygroundService {
  constructor(
    private readonly database: Database,
    private readonly projects: ProjectsRepository,
    private readonly apiKeys: ApiKeysRepository,
    private readonly limits: LimitsRepository,
  ) {}

  async open(actor: Actor, { params, body }: Opening): Promise<PlaygroundKey> {
    const issued = issueSecret(API_KEY_PREFIX);
    const expiresAt = new Date(Math.min(Date.now() + SECRET_TTL_MS, actor.expiresAt ?? Number.POSITIVE_INFINITY));
    return inTransaction(this.database, async (transaction) => {
      const project = orNotFound(await this.projects.find(actor.organizationId, params.projectId, transaction));
      const place = { organizationId: project.organizationId, projectId: project.id };
      // two windows that open at once get one key
      await this.projects.lock(place.organizationId, place.projectId, transaction);
      const kind = body.unpricedModels ? UNPRICED : PRICED;
      const found = await this.#findKey(actor, place, { kind, transaction });
      const apiKeyId = found ?? (await this.#createKey(actor, place, { kind, transaction }));
      await this.apiKeys.deleteExpiredSecrets(place.organizationId, apiKeyId, transaction);
      await this.apiKeys.insertSecret(place.organizationId, apiKeyId, { issued, expiresAt, transaction });
      const { monthlyBudget } = (await this.limits.readMany('api_key', [apiKeyId], transaction))(apiKeyId);
      const after = { projectId: place.projectId, keyCreated: found === null, expiresAt: expiresAt.toISOString() };
      const { organizationId } = place;
      const fact = { action: 'playground.opened', resourceId: apiKeyId, organizationId, before: null, after };
      await recordAudit(transaction, actor, fact);
      return { apiKeyId, secret: issued.secret, expiresAt: expiresAt.toISOString(), monthlyBudget };
    });
  }

  /** The caller's key for the playground in the project: a revoked one is gone, and another takes its place. */
  async #findKey(actor: Actor, { organizationId, projectId }: Place, given: KeyWrite): Promise<string | null> {
    const of = { projectId, ownerId: actor.id, tags: given.kind.tags };
    const found = await this.apiKeys.findLive(organizationId, of, given.transaction);
    return found?.id ?? null;
  }

  async #createKey(
    actor: Actor,
    { organizationId, projectId }: Place,
    { kind, transaction }: KeyWrite,
  ): Promise<string> {
    const id = newId('apiKey');
    const { name, tags, monthlyBudget } = kind;
    const row = { id, projectId, ownerId: actor.id, name, tags: [...tags], modelAllowlist: ['*'] };
    await this.apiKeys.insert(organizationId, row, transaction);
    const target = { scope: 'api_key', scopeId: id } as const;
    await this.limits.write(organizationId, target, { rateLimit: RATE_LIMIT, monthlyBudget, transaction });
    return id;
  }
}
