import { WASTE_KINDS } from '@tollgate/domain';
import { z } from 'zod';
import { id, instant, money, text } from './fields.js';
import { defineOperation } from './operation.js';

const DIMENSIONS = ['kind', 'model', 'provider', 'project', 'apiKey', 'organization'] as const;

const by = z
  .string()
  .max(100)
  .transform((value) => value.split(','))
  .pipe(
    z
      .array(z.enum([...DIMENSIONS, 'day']))
      .min(1)
      .max(3)
      .refine((list) => new Set(list).size === list.length, 'must not repeat'),
  )
  .meta({ type: 'string', description: `Separated by commas: ${DIMENSIONS.join(', ')}, day.`, example: 'kind,day' });

const wasted = z
  .strictObject({
    key: z.record(z.string(), z.string()).meta({ example: { kind: 'client_left', day: '2026-11-20' } }),
    events: z.int().meta({ description: 'Requests, and attempts beside them.' }),
    charged: money.meta({ description: 'What the organization was charged for it.' }),
    cost: money.optional().meta({ description: 'What it cost the operator; for the operator only.' }),
  })
  .meta({ id: 'WastedMoney' });

export const wasteOperations = {
  readWaste: defineOperation({
    id: 'readWaste',
    tag: 'Usage',
    summary: 'Read what money bought nothing',
    description:
      'By days of the organization, those that begin in `[from, to)`. `prompt_cache` is what writing prompts into caches ' +
      'cost more than reading saved, for each key, model and day; days that paid off do not count.',
    method: 'GET',
    path: '/waste',
    permission: 'usage.read',
    query: z
      .strictObject({
        by: by.optional(),
        from: instant(),
        to: instant(),
        organizationId: id('organization').optional(),
        projectId: id('project').optional(),
        apiKeyId: id('apiKey').optional(),
        model: text(200).optional(),
        kind: z.enum(WASTE_KINDS).optional(),
      })
      .refine((query) => !(Date.parse(query.to) <= Date.parse(query.from)), {
        path: ['to'],
        message: 'must lie after from',
      }),
    response: z
      .strictObject({
        rows: z.array(wasted).meta({ description: 'At most 2,000, the costliest first.' }),
        total: wasted.omit({ key: true }),
        spent: money.meta({ description: 'All that was charged in the same days.' }),
        asOf: z.iso.datetime(),
      })
      .meta({ id: 'WasteAnswer' }),
  }),
};

export type WasteAnswer = z.infer<typeof wasteOperations.readWaste.response>;
