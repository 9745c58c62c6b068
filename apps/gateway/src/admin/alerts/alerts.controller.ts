import {
  OPERATIONS,
  type Alert,
  type AlertChannel,
  type AlertDelivery,
  type AlertSettings,
  type CreatedAlertChannel,
  type OperationAnswer,
  type OperationInput,
  type Page,
} from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { Caller } from '../http/caller.js';
import { AdminController, Operate } from '../http/operate.js';
import { Input } from '../http/operation.pipe.js';
import { AlertChannelsService } from './alert-channels.service.js';
import { AlertsService } from './alerts.service.js';

type Operations = typeof OPERATIONS;

@AdminController()
export class AlertsController {
  constructor(
    private readonly alerts: AlertsService,
    private readonly channels: AlertChannelsService,
  ) {}

  @Operate(OPERATIONS.listAlerts)
  list(@Caller() actor: Actor, @Input() input: OperationInput<Operations['listAlerts']>): Promise<Page<Alert>> {
    return this.alerts.alerts(actor, input.query);
  }

  @Operate(OPERATIONS.listAlertChannels)
  listChannels(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['listAlertChannels']>,
  ): Promise<Page<AlertChannel>> {
    return this.channels.list(actor, input.query);
  }

  @Operate(OPERATIONS.createAlertChannel)
  createChannel(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['createAlertChannel']>,
  ): Promise<CreatedAlertChannel> {
    return this.channels.create(actor, input.body);
  }

  @Operate(OPERATIONS.readAlertChannel)
  readChannel(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['readAlertChannel']>,
  ): Promise<AlertChannel> {
    return this.channels.read(actor, input.params.alertChannelId);
  }

  @Operate(OPERATIONS.updateAlertChannel)
  updateChannel(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['updateAlertChannel']>,
  ): Promise<AlertChannel> {
    return this.channels.update(actor, input);
  }

  @Operate(OPERATIONS.deleteAlertChannel)
  deleteChannel(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['deleteAlertChannel']>,
  ): Promise<void> {
    return this.channels.delete(actor, input.params.alertChannelId);
  }

  @Operate(OPERATIONS.testAlertChannel)
  testChannel(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['testAlertChannel']>,
  ): Promise<OperationAnswer<Operations['testAlertChannel']>> {
    return this.channels.test(actor, input.params.alertChannelId);
  }

  @Operate(OPERATIONS.listAlertDeliveries)
  listDeliveries(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['listAlertDeliveries']>,
  ): Promise<Page<AlertDelivery>> {
    return this.alerts.deliveries(actor, input.query);
  }

  @Operate(OPERATIONS.replayAlertDelivery)
  replayDelivery(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['replayAlertDelivery']>,
  ): Promise<AlertDelivery> {
    return this.alerts.replay(actor, input.params.alertDeliveryId);
  }

  @Operate(OPERATIONS.readAlertSettings)
  readSettings(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['readAlertSettings']>,
  ): Promise<AlertSettings> {
    return this.alerts.settings(actor, input.params.organizationId);
  }

  @Operate(OPERATIONS.updateAlertSettings)
  updateSettings(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['updateAlertSettings']>,
  ): Promise<AlertSettings> {
    return this.alerts.updateSettings(actor, input);
  }

  @Operate(OPERATIONS.listBudgetForecasts)
  listBudgetForecasts(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['listBudgetForecasts']>,
  ): Promise<OperationAnswer<Operations['listBudgetForecasts']>> {
    return this.alerts.budgetForecasts(actor, input.query.organizationId);
  }

  @Operate(OPERATIONS.readBalanceForecast)
  readBalanceForecast(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['readBalanceForecast']>,
  ): Promise<OperationAnswer<Operations['readBalanceForecast']>> {
    return this.alerts.balanceForecast(actor, input.params.organizationId);
  }
}
