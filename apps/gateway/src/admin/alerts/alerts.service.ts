import { Injectable } from '@nestjs/common';
import { alertText, forecastBalances, forecastBudgets, type BudgetForecast } from '@tollgate/alerts';
import { Database, inTransaction, replayDelivery } from '@tollgate/database';
import { BALANCE_ALERT_KINDS } from '@tollgate/domain';
import {
  grants,
  type Alert,
  type AlertDelivery,
  type AlertSettings,
  type BudgetForecastAnswer,
  type OperationAnswer,
  type OperationInput,
  type OPERATIONS,
  type Page,
} from '@tollgate/wire';
import { AddressThrottle } from '../../identity/address-throttle.js';
import { insertAuditEntry } from '../audit-log/audit-recorder.js';
import type { Actor } from '../http/actor.js';
import { readKeyset, toPage } from '../http/keyset.js';
import { dollars } from '../http/presentation.js';
import { conflict, orNotFound } from '../http/problem-error.js';
import { requireChanged, requireVersion } from '../http/transaction.js';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import type { AlertDeliveryRow, AlertRow, AlertSettingsRow } from './alert-rows.js';
import { AlertsRepository } from './alerts.repository.js';

type Operations = typeof OPERATIONS;
type AlertQuery = OperationInput<Operations['listAlerts']>['query'];
type DeliveryQuery = OperationInput<Operations['listAlertDeliveries']>['query'];
type SettingsChange = OperationInput<Operations['updateAlertSettings']>;
type BudgetForecasts = OperationAnswer<Operations['listBudgetForecasts']>;
type BalanceForecast = OperationAnswer<Operations['readBalanceForecast']>;

@Injectable()
export class AlertsService {
  constructor(
    private readonly database: Database,
    private readonly repository: AlertsRepository,
    private readonly organizations: OrganizationsRepository,
    private readonly throttle: AddressThrottle,
  ) {}

  async alerts(actor: Actor, { limit, sort, cursor, ...filter }: AlertQuery): Promise<Page<Alert>> {
    const order = { limit, sort, cursor };
    const hidden = hiddenFrom(actor);
    const rows = await this.repository.listAlerts(actor.organizationId, { ...filter, hidden }, readKeyset(order));
    return toPage(rows, order, presentAlert);
  }

  async deliveries(actor: Actor, { limit, sort, cursor, ...filter }: DeliveryQuery): Promise<Page<AlertDelivery>> {
    const order = { limit, sort, cursor };
    const hidden = hiddenFrom(actor);
    const rows = await this.repository.listDeliveries(actor.organizationId, { ...filter, hidden }, readKeyset(order));
    return toPage(rows, order, presentDelivery);
  }

  async replay(actor: Actor, id: string): Promise<AlertDelivery> {
    const { recipient } = orNotFound(await this.repository.findDelivery(actor.organizationId, id));
    if (actor.organizationId !== null) await this.throttle.admitAlert(actor.organizationId, recipient);
    return inTransaction(this.database.pool, 'READ COMMITTED', async (client) => {
      const found = orNotFound(await this.repository.findDelivery(actor.organizationId, id, client));
      if (!(await replayDelivery(client, id, new Date())) && found.state !== 'pending') {
        throw conflict('It cannot be sent again: its channel is switched off, or it was a test.');
      }
      const { organizationId } = found;
      const after = { state: 'pending' };
      const fact = { action: 'alert-delivery.replayed', resourceId: id, organizationId, before: null, after };
      await insertAuditEntry(client, actor, fact);
      return presentDelivery(orNotFound(await this.repository.findDelivery(actor.organizationId, id, client)));
    });
  }

  async settings(actor: Actor, organizationId: string): Promise<AlertSettings> {
    return presentSettings(orNotFound(await this.repository.readSettings(actor.organizationId, organizationId)));
  }

  async updateSettings(actor: Actor, { params, body, ifMatch }: SettingsChange): Promise<AlertSettings> {
    const { organizationId } = params;
    return inTransaction(this.database.pool, 'READ COMMITTED', async (client) => {
      const found = orNotFound(await this.repository.readSettings(actor.organizationId, organizationId, client));
      requireVersion(found, ifMatch);
      const next: AlertSettingsRow = {
        ...found,
        lowBalance: body.lowBalance === undefined ? found.lowBalance : (body.lowBalance?.amount ?? null),
        anomalySensitivity: body.anomalySensitivity ?? found.anomalySensitivity,
        anomalyFloor: body.anomalyFloor?.amount ?? found.anomalyFloor,
      };
      requireChanged({ count: (await this.repository.keepSettings(actor.organizationId, next, client)) ? 1 : 0 });
      const after = presentSettings(
        orNotFound(await this.repository.readSettings(actor.organizationId, organizationId, client)),
      );
      const fact = { action: 'alert-settings.updated', resourceId: organizationId, organizationId };
      await insertAuditEntry(client, actor, { ...fact, before: presentSettings(found), after });
      return after;
    });
  }

  async budgetForecasts(actor: Actor, organizationId: string): Promise<BudgetForecasts> {
    const { id } = orNotFound(await this.organizations.find(actor.organizationId, organizationId));
    const at = new Date();
    const forecasts = await forecastBudgets(this.database.pool, id, at);
    return { data: forecasts.map(presentBudget), asOf: at.toISOString() };
  }

  async balanceForecast(actor: Actor, organizationId: string): Promise<BalanceForecast> {
    const { id } = orNotFound(await this.organizations.find(actor.organizationId, organizationId));
    const at = new Date();
    const [forecast] = await forecastBalances(this.database.pool, id, at);
    return {
      organizationId: id,
      available: forecast === undefined ? null : dollars(forecast.available),
      exhaustion: forecast === undefined ? null : presentExhaustion(forecast.exhaustion),
      asOf: at.toISOString(),
    };
  }
}

/** Balances are for those who may read the ledger, in whatever they are told. */
const hiddenFrom = ({ scopes }: Actor): readonly string[] => (grants(scopes, 'ledger.read') ? [] : BALANCE_ALERT_KINDS);

function presentAlert(row: AlertRow): Alert {
  const { id, organizationId, kind, severity, subject, facts } = row;
  const words = alertText(kind, facts as never, row);
  return {
    id,
    organizationId,
    kind,
    severity,
    subject,
    ...words,
    facts: { ...facts },
    raisedAt: row.raisedAt.toISOString(),
  };
}

function presentDelivery(row: AlertDeliveryRow): AlertDelivery {
  return {
    ...row,
    attempts: row.attempts.map((attempt) => ({ ...attempt, startedAt: new Date(attempt.startedAt).toISOString() })),
    nextAttemptAt: row.state === 'pending' ? row.nextAttemptAt.toISOString() : null,
    createdAt: row.createdAt.toISOString(),
  };
}

function presentSettings({ lowBalance, anomalyFloor, ...row }: AlertSettingsRow): AlertSettings {
  return { ...row, lowBalance: lowBalance === null ? null : dollars(lowBalance), anomalyFloor: dollars(anomalyFloor) };
}

function presentBudget({ budget, exhaustion, spentByEnd }: BudgetForecast): BudgetForecastAnswer {
  const { budgetId, organizationId, scope, scopeId, scopeName } = budget;
  return {
    ...{ budgetId, organizationId, scope, scopeId, scopeName },
    spent: dollars(budget.spent),
    granted: dollars(budget.granted),
    periodStartsAt: budget.periodStartsAt.toISOString(),
    periodEndsAt: budget.periodEndsAt.toISOString(),
    exhaustion: presentExhaustion(exhaustion),
    // an estimate: cents are more than it knows
    spentByEnd: spentByEnd === null ? null : dollars(spentByEnd.toFixed(2)),
  };
}

function presentExhaustion(exhaustion: BudgetForecast['exhaustion']): BudgetForecastAnswer['exhaustion'] {
  if (exhaustion === null) return null;
  const { expectedAt, earliestAt, latestAt } = exhaustion;
  return {
    expectedAt: new Date(expectedAt).toISOString(),
    earliestAt: new Date(earliestAt).toISOString(),
    latestAt: latestAt === null ? null : new Date(latestAt).toISOString(),
  };
}
