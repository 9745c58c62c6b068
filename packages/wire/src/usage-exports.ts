import { METERS } from '@tollgate/domain';
import { z } from 'zod';
import { id, instant, text, timeZone } from './fields.js';
import { defineOperation } from './operation.js';

const tag = 'Usage';

export const EXPORT_FORMATS = ['csv', 'jsonl'] as const;

const picodollars = () => z.string().regex(/^-?\d{1,26}\.\d{12}$/);

const quantities = z.partialRecord(z.enum(METERS), z.int()).meta({
  description:
    'Quantities by meter; the meters do not overlap. Of a file in CSV: columns `usage.input`, `usage.output` …',
});

/** Sums of a file or of one of its rows. Corrections take back what was booked, so that they may be below zero. */
const sums = {
  requests: z.int(),
  errors: z.int(),
  inputTokens: z.int(),
  outputTokens: z.int(),
  cacheReadTokens: z.int(),
  usage: quantities,
  providerCost: picodollars().optional().meta({ description: 'What it cost us; for the operator only.' }),
  listCost: picodollars(),
  cost: picodollars().meta({ description: 'What the organization is charged.' }),
  currency: z.literal('USD'),
};

export const usageExportRow = z
  .strictObject({
    day: z.iso.date().meta({ description: 'On which the requests occurred, in the zone of the export.' }),
    accountingPeriod: z.string().meta({ description: 'Into which they are booked.', example: '2026-11' }),
    organizationId: z.string(),
    projectId: z.string(),
    projectName: z.string().nullable(),
    costCentre: z.string().nullable(),
    apiKeyId: z.string(),
    apiKeyName: z.string().nullable(),
    provider: z
      .string()
      .nullable()
      .meta({ description: 'Null for requests that were refused before they had a route.' }),
    model: z.string().nullable().meta({ description: 'The model that was asked for.' }),
    ...sums,
  })
  .meta({ id: 'UsageExportRow' });

export const usageExportTotals = z
  .strictObject({
    organizationId: z.string(),
    from: z.iso.datetime().nullable(),
    to: z.iso.datetime().nullable(),
    zone: z.string(),
    accountingPeriod: z.string().nullable(),
    rows: z.int(),
    ...sums,
    asOf: z.iso.datetime().meta({ description: 'Everything that was received before is in it.' }),
  })
  .meta({ id: 'UsageExportTotals', description: 'Control totals of a file of usage.' });

const usageExportLine = z
  .union([usageExportRow, z.strictObject({ totals: usageExportTotals })])
  .meta({ id: 'UsageExportLine', description: 'A row; the last line of the file holds its totals.' });

const fields = {
  organizationId: id('organization').optional().meta({ description: 'Whose usage; the operator names one.' }),
  from: instant().optional().meta({ description: 'Included; a midnight in the zone.' }),
  to: instant().optional().meta({ description: 'Not included; a midnight in the zone.' }),
  zone: timeZone().optional().meta({ description: "In which days are cut; the organization's own when absent." }),
  accountingPeriod: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'must be a month, such as 2026-11')
    .optional()
    .meta({
      description: 'Only what is booked into this month, whenever it occurred. Then from and to may be absent.',
    }),
  projectId: id('project').optional(),
  apiKeyId: id('apiKey').optional(),
  model: text(200).optional(),
  provider: text(64).optional(),
};

type Range = {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly accountingPeriod?: string | undefined;
};

const isBounded = ({ from, to, accountingPeriod }: Range): boolean =>
  accountingPeriod !== undefined || (from !== undefined && to !== undefined);
const isOrdered = ({ from, to }: Range): boolean =>
  from === undefined || to === undefined || !(Date.parse(to) <= Date.parse(from));

const totalsQuery = z
  .strictObject(fields)
  .refine(isBounded, { path: ['from'], message: 'name from and to, or accountingPeriod' })
  .refine(isOrdered, { path: ['to'], message: 'must lie after from' });

const fileQuery = z
  .strictObject({ ...fields, format: z.enum(EXPORT_FORMATS).default('csv') })
  .refine(isBounded, { path: ['from'], message: 'name from and to, or accountingPeriod' })
  .refine(isOrdered, { path: ['to'], message: 'must lie after from' });

export const usageExportOperations = {
  exportUsage: defineOperation({
    id: 'exportUsage',
    tag,
    summary: 'Download usage and cost by day, project, key and model',
    description:
      'Streamed in the order of days. `from` and `to` speak of when requests occurred, `accountingPeriod` of the month ' +
      'that they are booked into, as ledger and invoices do: late usage and corrections of a closed month are booked into ' +
      'the next. A transfer that breaks off ends abnormally; a complete file adds up to its totals.',
    method: 'GET',
    path: '/usage/exports',
    permission: 'usage.read',
    query: fileQuery,
    response: null,
    status: 200,
    files: { 'text/csv': z.string(), 'application/x-ndjson': usageExportLine },
  }),
  readUsageExportTotals: defineOperation({
    id: 'readUsageExportTotals',
    tag,
    summary: 'Read the control totals of a file of usage',
    description: 'With the same query as the file. A CSV file has no row of totals, which would spoil its sums.',
    method: 'GET',
    path: '/usage/exports/totals',
    permission: 'usage.read',
    query: totalsQuery,
    response: usageExportTotals,
  }),
};

export type UsageExportQuery = z.output<typeof fileQuery>;
export type UsageExportTotalsQuery = z.output<typeof totalsQuery>;
export type UsageExportFormat = (typeof EXPORT_FORMATS)[number];
export type UsageExportRow = z.infer<typeof usageExportRow>;
export type UsageExportTotals = z.infer<typeof usageExportTotals>;
