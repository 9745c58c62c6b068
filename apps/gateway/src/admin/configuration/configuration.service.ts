import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@tollgate/database';
import type { AppliedConfiguration, ConfigurationChange, OperationInput, OPERATIONS } from '@tollgate/wire';
import { MASTER_KEY } from '../../platform/tokens.js';
import type { Resolve } from '@tollgate/public-address';
import { changesBetween, recordAudit } from '../audit-log/audit-recorder.js';
import type { Actor } from '../http/actor.js';
import { isReferenceViolation, isUniqueViolation } from '../http/database-errors.js';
import { conflict, invalidRequest } from '../http/problem-error.js';
import { inTransaction, type Transaction } from '../http/transaction.js';
import { RESOLVE } from '../provider-credentials/connection-tester.js';
import { ConfigurationRepository } from './configuration.repository.js';
import { planDeployments } from './plan-deployments.js';
import { planLimits } from './plan-limits.js';
import { planProviders } from './plan-providers.js';
import { planRoutes } from './plan-routes.js';
import type { PlannedChange, Planning } from './planned-change.js';

type Application = OperationInput<typeof OPERATIONS.applyConfiguration>;

/** Thousands of objects, one after the other. */
const TIMEOUT_MS = 120_000;

/** Makes what tollgate.yaml owns what it says: all of it is planned before anything of it is written. */
@Injectable()
export class ConfigurationService {
  constructor(
    private readonly database: Database,
    private readonly repository: ConfigurationRepository,
    @Inject(MASTER_KEY) private readonly masterKey: Buffer,
    @Inject(RESOLVE) private readonly resolve: Resolve,
  ) {}

  async apply(actor: Actor, { body, query: { dryRun } }: Application): Promise<AppliedConfiguration> {
    const run = async (transaction: Transaction): Promise<AppliedConfiguration> => {
      await this.repository.lock(null, transaction);
      const state = await this.repository.load(null, body, transaction);
      const planned = await this.#plan({ configuration: body, state, faults: [] });
      const changes = planned.map((change) => present(change, dryRun));
      if (!dryRun) {
        for (const [at, change] of planned.entries()) await write(change, changes[at], { actor, transaction });
      }
      return { dryRun, changed: changes.some(({ action }) => action !== 'unchanged'), changes };
    };
    return inTransaction(this.database, run, { timeoutMs: TIMEOUT_MS }).catch(explainViolation);
  }

  /** In the order in which it is written: what refers to something comes after it, and goes before it. */
  async #plan(planning: Planning): Promise<PlannedChange[]> {
    const { masterKey, resolve } = this;
    const providers = await planProviders(planning, { masterKey, resolve });
    const deployments = planDeployments(planning, providers.byName);
    const routes = planRoutes(planning, deployments.serving);
    const limits = planLimits(planning);
    if (planning.faults.length > 0) throw invalidRequest(planning.faults);
    return [...providers.changes, ...deployments.changes, ...routes, ...limits, ...providers.removals];
  }
}

interface Writing {
  readonly actor: Actor;
  readonly transaction: Transaction;
}

const PAST_TENSE = { created: 'created', changed: 'updated', removed: 'deleted' } as const;

async function write(
  change: PlannedChange,
  shown: ConfigurationChange | undefined,
  { actor, transaction }: Writing,
): Promise<void> {
  if (shown === undefined || shown.action === 'unchanged') return;
  await change.write(transaction);
  const { resource, resourceId, organizationId, before, after, isReleased } = change;
  const action = `${resource}.${isReleased === true ? 'updated' : PAST_TENSE[shown.action]}`;
  await recordAudit(transaction, actor, { action, resourceId, organizationId, before, after });
}

function present(change: PlannedChange, dryRun: boolean): ConfigurationChange {
  const { kind, name, resourceId } = change;
  // what was read and what was sent are compared as what they look like
  const fields = changesBetween(plain(change.before), plain(change.after));
  const action = actionOf(change, Object.keys(fields).length > 0);
  return { kind, name, action, fields, resourceId: dryRun && action === 'created' ? null : resourceId };
}

function actionOf({ before, after, isReleased }: PlannedChange, differs: boolean): ConfigurationChange['action'] {
  if (before === null) return 'created';
  if (after === null || isReleased === true) return 'removed';
  return differs ? 'changed' : 'unchanged';
}

const plain = (value: object | null): object | null => JSON.parse(JSON.stringify(value)) as object | null;

/** What the plan did not know of: somebody else has written meanwhile. */
function explainViolation(error: unknown): never {
  if (isUniqueViolation(error) || isReferenceViolation(error)) {
    throw conflict('Something that the file names was written at the same time. Apply it again.');
  }
  throw error;
}
