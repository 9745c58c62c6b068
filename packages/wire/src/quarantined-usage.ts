import { z } from 'zod';
import { id } from './fields.js';
import { defineOperation } from './operation.js';
import { page, pageQuery } from './paging.js';
import { resolutionText } from './reviews.js';

const tag = 'Quarantined usage';

export const QUARANTINE_STATES = ['quarantined', 'retried', 'dismissed'] as const;

const fields = {
  id: id('quarantinedUsage'),
  state: z.enum(QUARANTINE_STATES).meta({
    description: '`retried`: it went back to be booked; it is `quarantined` again when that fails.',
  }),
  reason: z.string().meta({ description: 'Why it could not be booked.' }),
  attempts: z.int(),
  requestId: id('request').nullable().meta({ description: 'As the payload says; null when it is no event.' }),
  organizationId: z.string().nullable(),
  firstSeenAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime(),
  resolvedAt: z.iso.datetime().nullable(),
  resolvedBy: z.string().nullable(),
  resolution: z.string().nullable(),
};

export const quarantinedUsage = z.strictObject(fields).meta({ id: 'QuarantinedUsage' });

const detail = z
  .strictObject({
    ...fields,
    bytes: z.int(),
    payload: z.record(z.string(), z.unknown()).nullable().meta({
      description:
        'The fields that a usage event has, as they came; null when it is no JSON object. There is no content in it.',
    }),
    unknownFields: z.array(z.string()).meta({ description: 'Names of further fields; what is in them is not shown.' }),
  })
  .meta({ id: 'QuarantinedUsageDetail' });

const params = z.strictObject({ quarantinedUsageId: id('quarantinedUsage') });

export const quarantinedUsageOperations = {
  listQuarantinedUsage: defineOperation({
    id: 'listQuarantinedUsage',
    tag,
    summary: 'List usage that could not be booked',
    method: 'GET',
    path: '/quarantined-usage',
    permission: 'reviews.read',
    operatorOnly: true,
    query: z.strictObject({
      ...pageQuery(['-firstSeenAt', 'firstSeenAt']),
      state: z.enum(QUARANTINE_STATES).optional(),
    }),
    response: page(quarantinedUsage).meta({ id: 'QuarantinedUsagePage' }),
  }),
  readQuarantinedUsage: defineOperation({
    id: 'readQuarantinedUsage',
    tag,
    summary: 'Read usage that could not be booked, with its payload',
    method: 'GET',
    path: '/quarantined-usage/{quarantinedUsageId}',
    permission: 'reviews.read',
    operatorOnly: true,
    params,
    response: detail,
  }),
  retryQuarantinedUsage: defineOperation({
    id: 'retryQuarantinedUsage',
    tag,
    summary: 'Have the usage booked again',
    description:
      'It goes back to the inbox of the worker. What fails again is quarantined again, with one attempt more.',
    method: 'POST',
    path: '/quarantined-usage/{quarantinedUsageId}/retries',
    permission: 'reviews.write',
    operatorOnly: true,
    params,
    status: 201,
    response: detail,
  }),
  dismissQuarantinedUsage: defineOperation({
    id: 'dismissQuarantinedUsage',
    tag,
    summary: 'Dismiss usage that is never to be booked, with a reason',
    method: 'POST',
    path: '/quarantined-usage/{quarantinedUsageId}/resolutions',
    permission: 'reviews.write',
    operatorOnly: true,
    params,
    body: z.strictObject({ resolution: resolutionText() }).meta({ id: 'DismissalDraft' }),
    status: 201,
    response: detail,
  }),
};

export type QuarantinedUsage = z.infer<typeof quarantinedUsage>;
export type QuarantinedUsageDetail = z.infer<typeof detail>;
export type QuarantinedUsageListQuery = z.output<typeof quarantinedUsageOperations.listQuarantinedUsage.query>;
