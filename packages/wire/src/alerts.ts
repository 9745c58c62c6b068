import {
  ALERT_CHANNEL_KINDS,
  ALERT_DELIVERY_STATES,
  ALERT_KINDS,
  ALERT_SEVERITIES,
  ANOMALY_SENSITIVITIES,
} from '@tollgate/domain';
import { z } from 'zod';
import { atLeastOneField, budgetAmount, email, id, money, name, NO_FIELD_MESSAGE, revisionFields } from './fields.js';
import { defineOperation } from './operation.js';
import { CREATION_ORDERS, page, pageQuery } from './paging.js';

const tag = 'Alerts';

const alertKind = z.enum(ALERT_KINDS).meta({ id: 'AlertKind' });
const severity = z.enum(ALERT_SEVERITIES).meta({ id: 'AlertSeverity' });
const audience = z.enum(['organization', 'operator']);

export const alert = z
  .strictObject({
    id: id('alert'),
    organizationId: id('organization').nullable().meta({ description: 'Whom it is told; null is the operator.' }),
    kind: alertKind,
    severity,
    subject: z.string().meta({ description: 'What it is about: a budget, a grant, a key, a model.' }),
    title: z.string(),
    text: z.string(),
    facts: z.record(z.string(), z.unknown()).meta({ description: 'What the words are made from, by kind.' }),
    raisedAt: z.iso.datetime(),
  })
  .meta({ id: 'Alert' });

export const alertChannel = z
  .strictObject({
    id: id('alertChannel'),
    organizationId: id('organization').nullable(),
    name: z.string(),
    kind: z.enum(ALERT_CHANNEL_KINDS),
    toPeople: z.boolean().meta({ description: 'Of e-mail: to owners, admins and finance people, or to operators.' }),
    recipients: z.array(z.string()).meta({ description: 'Of e-mail: to whom else.' }),
    url: z.string().nullable().meta({ description: 'Of a webhook; of Slack its host alone, the rest is a secret.' }),
    alertKinds: z.array(alertKind).meta({ description: 'Empty: all.' }),
    minSeverity: severity,
    enabled: z.boolean(),
    disabledReason: z.string().nullable().meta({ description: '`gone`: the receiver answered 410.' }),
    ...revisionFields,
  })
  .meta({ id: 'AlertChannel' });

const createdChannel = alertChannel
  .extend({
    signingSecret: z
      .string()
      .nullable()
      .meta({ description: 'Of a webhook, shown this once: what its messages are signed with (Standard Webhooks).' }),
  })
  .meta({ id: 'CreatedAlertChannel' });

const url = () => z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).max(1000);
const choice = {
  name: name(),
  alertKinds: z.array(alertKind).max(ALERT_KINDS.length),
  minSeverity: severity,
};
const alertChannelDraft = z
  .strictObject({
    ...choice,
    organizationId: id('organization').nullable().optional(),
    kind: z.enum(ALERT_CHANNEL_KINDS),
    toPeople: z.boolean().default(false),
    recipients: z.array(email()).max(50).default([]),
    url: url().optional(),
    alertKinds: choice.alertKinds.default([]),
    minSeverity: severity.default('info'),
  })
  .refine(({ kind, ...draft }) => (kind === 'email') === (draft.url === undefined), {
    path: ['url'],
    message: 'is what webhooks and Slack need, and e-mail has not',
  })
  .refine(({ kind, toPeople, recipients }) => (kind === 'email') === (toPeople || recipients.length > 0), {
    path: ['recipients'],
    message: 'is what e-mail needs, unless it goes to people by their role, and others have not',
  })
  .meta({ id: 'AlertChannelDraft' });
const alertChannelChange = z
  .strictObject({ ...choice, enabled: z.boolean(), toPeople: z.boolean(), recipients: z.array(email()).max(50) })
  .partial()
  .refine(atLeastOneField, NO_FIELD_MESSAGE)
  .meta({ id: 'AlertChannelChange' });

const deliveryAttempt = z
  .strictObject({
    startedAt: z.iso.datetime(),
    durationMs: z.int(),
    status: z.int().nullable().meta({ description: 'Of HTTP; null where there was no answer.' }),
    error: z.string().nullable().meta({ description: 'Null: it was delivered.' }),
  })
  .meta({ id: 'AlertDeliveryAttempt' });

export const alertDelivery = z
  .strictObject({
    id: id('alertDelivery'),
    alertId: id('alert').nullable().meta({ description: 'Null: a test of its channel.' }),
    alertKind: alertKind.nullable(),
    channelId: id('alertChannel'),
    channelName: z.string(),
    organizationId: id('organization').nullable(),
    recipient: z.string().meta({ description: 'The address of e-mail; empty of others.' }),
    state: z.enum(ALERT_DELIVERY_STATES),
    attempts: z.array(deliveryAttempt).meta({ description: 'The latest 20, the oldest first.' }),
    nextAttemptAt: z.iso.datetime().nullable(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'AlertDelivery' });

export const alertSettings = z
  .strictObject({
    organizationId: id('organization'),
    lowBalance: money.nullable().meta({ description: 'Below it a prepaid balance is low; null: never.' }),
    anomalySensitivity: z.enum(ANOMALY_SENSITIVITIES),
    anomalyFloor: money.meta({ description: 'What a clock hour has to cost before it can be unusual.' }),
    version: z.int(),
  })
  .meta({ id: 'AlertSettings' });

const isAboveZero = ({ amount }: { readonly amount: string }): boolean => /[1-9]/.test(amount);
const alertSettingsChange = z
  .strictObject({
    lowBalance: budgetAmount.refine(isAboveZero, 'must be above 0').nullable(),
    anomalySensitivity: z.enum(ANOMALY_SENSITIVITIES),
    anomalyFloor: budgetAmount.refine(isAboveZero, 'must be above 0'),
  })
  .partial()
  .refine(atLeastOneField, NO_FIELD_MESSAGE)
  .meta({ id: 'AlertSettingsChange' });

const exhaustion = z
  .strictObject({
    expectedAt: z.iso.datetime(),
    earliestAt: z.iso.datetime(),
    latestAt: z.iso.datetime().nullable().meta({ description: 'Null: perhaps farther than is looked ahead.' }),
  })
  .meta({ id: 'Exhaustion', description: 'Between earliest and latest with a chance of about three in four.' });

const budgetForecast = z
  .strictObject({
    budgetId: id('budget'),
    organizationId: id('organization'),
    scope: z.enum(['organization', 'project', 'api_key']),
    scopeId: z.string(),
    scopeName: z.string(),
    spent: money,
    granted: money,
    periodStartsAt: z.iso.datetime(),
    periodEndsAt: z.iso.datetime(),
    exhaustion: exhaustion.nullable().meta({ description: 'Null: not in this period, or too little is known.' }),
    spentByEnd: money.nullable().meta({ description: 'Expected by the end of the period; null: too little is known.' }),
  })
  .meta({ id: 'BudgetForecast' });

const channelParams = z.strictObject({ alertChannelId: id('alertChannel') });
const organizationParams = z.strictObject({ organizationId: id('organization') });

export const alertOperations = {
  listAlerts: defineOperation({
    id: 'listAlerts',
    tag,
    summary: 'List alerts',
    description: 'Those about balances are for callers who may read the ledger.',
    method: 'GET',
    path: '/alerts',
    permission: 'alerts.read',
    query: z.strictObject({
      ...pageQuery(CREATION_ORDERS),
      organizationId: id('organization').optional(),
      audience: audience.optional(),
      kind: alertKind.optional(),
      severity: severity.optional(),
    }),
    response: page(alert).meta({ id: 'AlertPage' }),
  }),
  listAlertChannels: defineOperation({
    id: 'listAlertChannels',
    tag,
    summary: 'List alert channels',
    method: 'GET',
    path: '/alert-channels',
    permission: 'alert-channels.read',
    query: z.strictObject({
      ...pageQuery(CREATION_ORDERS),
      organizationId: id('organization').optional(),
      audience: audience.optional(),
    }),
    response: page(alertChannel).meta({ id: 'AlertChannelPage' }),
  }),
  createAlertChannel: defineOperation({
    id: 'createAlertChannel',
    tag,
    summary: 'Create an alert channel',
    description: "An organization's URL must be https and public; the operator's may lead anywhere.",
    method: 'POST',
    path: '/alert-channels',
    permission: 'alert-channels.write',
    body: alertChannelDraft,
    status: 201,
    response: createdChannel,
    versioned: true,
  }),
  readAlertChannel: defineOperation({
    id: 'readAlertChannel',
    tag,
    summary: 'Read an alert channel',
    method: 'GET',
    path: '/alert-channels/{alertChannelId}',
    permission: 'alert-channels.read',
    params: channelParams,
    response: alertChannel,
    versioned: true,
  }),
  updateAlertChannel: defineOperation({
    id: 'updateAlertChannel',
    tag,
    summary: 'Change an alert channel',
    description:
      'Its URL and secret stay: another receiver is another channel. One that is disabled gives up what waits.',
    method: 'PATCH',
    path: '/alert-channels/{alertChannelId}',
    permission: 'alert-channels.write',
    conditional: true,
    params: channelParams,
    body: alertChannelChange,
    response: alertChannel,
    versioned: true,
  }),
  deleteAlertChannel: defineOperation({
    id: 'deleteAlertChannel',
    tag,
    summary: 'Delete an alert channel with its deliveries',
    method: 'DELETE',
    path: '/alert-channels/{alertChannelId}',
    permission: 'alert-channels.write',
    params: channelParams,
    response: null,
  }),
  testAlertChannel: defineOperation({
    id: 'testAlertChannel',
    tag,
    summary: 'Send a test to an alert channel, and see what comes of it',
    method: 'POST',
    path: '/alert-channels/{alertChannelId}/tests',
    permission: 'alert-channels.write',
    params: channelParams,
    status: 201,
    response: z
      .strictObject({ deliveries: z.array(z.strictObject({ recipient: z.string(), ...deliveryAttempt.shape })) })
      .meta({ id: 'AlertChannelTest' }),
  }),
  listAlertDeliveries: defineOperation({
    id: 'listAlertDeliveries',
    tag,
    summary: 'List deliveries of alerts with their attempts',
    method: 'GET',
    path: '/alert-deliveries',
    permission: 'alert-channels.read',
    query: z.strictObject({
      ...pageQuery(CREATION_ORDERS),
      organizationId: id('organization').optional(),
      audience: audience.optional(),
      alertChannelId: id('alertChannel').optional(),
      state: z.enum(ALERT_DELIVERY_STATES).optional(),
    }),
    response: page(alertDelivery).meta({ id: 'AlertDeliveryPage' }),
  }),
  replayAlertDelivery: defineOperation({
    id: 'replayAlertDelivery',
    tag,
    summary: 'Send a delivery again',
    description: 'Under the same id, so that a receiver knows it. One that is under way stays as it is.',
    method: 'POST',
    path: '/alert-deliveries/{alertDeliveryId}/replays',
    permission: 'alert-channels.write',
    params: z.strictObject({ alertDeliveryId: id('alertDelivery') }),
    status: 202,
    response: alertDelivery,
  }),
  readAlertSettings: defineOperation({
    id: 'readAlertSettings',
    tag,
    summary: 'Read what an organization is alerted of',
    method: 'GET',
    path: '/organizations/{organizationId}/alert-settings',
    permission: 'alert-channels.read',
    params: organizationParams,
    response: alertSettings,
    versioned: true,
  }),
  updateAlertSettings: defineOperation({
    id: 'updateAlertSettings',
    tag,
    summary: 'Change what an organization is alerted of',
    method: 'PATCH',
    path: '/organizations/{organizationId}/alert-settings',
    permission: 'alert-channels.write',
    conditional: true,
    params: organizationParams,
    body: alertSettingsChange,
    response: alertSettings,
    versioned: true,
  }),
  listBudgetForecasts: defineOperation({
    id: 'listBudgetForecasts',
    tag,
    summary: 'Foresee when the budgets of an organization end',
    method: 'GET',
    path: '/budget-forecasts',
    permission: 'usage.read',
    query: z.strictObject({ organizationId: id('organization') }),
    response: z
      .strictObject({ data: z.array(budgetForecast), asOf: z.iso.datetime() })
      .meta({ id: 'BudgetForecastList' }),
  }),
  readBalanceForecast: defineOperation({
    id: 'readBalanceForecast',
    tag,
    summary: 'Foresee when a prepaid balance ends',
    method: 'GET',
    path: '/organizations/{organizationId}/balance-forecast',
    permission: 'ledger.read',
    params: organizationParams,
    response: z
      .strictObject({
        organizationId: id('organization'),
        available: money.nullable().meta({ description: 'Null: it is not prepaid, or was never credited.' }),
        exhaustion: exhaustion.nullable(),
        asOf: z.iso.datetime(),
      })
      .meta({ id: 'BalanceForecast' }),
  }),
};

export type Alert = z.infer<typeof alert>;
export type AlertChannel = z.infer<typeof alertChannel>;
export type CreatedAlertChannel = z.infer<typeof createdChannel>;
export type AlertDelivery = z.infer<typeof alertDelivery>;
export type AlertSettings = z.infer<typeof alertSettings>;
export type BudgetForecastAnswer = z.infer<typeof budgetForecast>;
