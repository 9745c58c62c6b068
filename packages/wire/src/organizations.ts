import { z } from 'zod';
import { billingMode } from './billing-mode.js';
import { budgetLadder, limitFields } from './budget-ladder.js';
import {
  atLeastOneField,
  budgetAmount,
  id,
  money,
  monthlyBudget,
  name,
  NO_FIELD_MESSAGE,
  rateLimit,
  revisionFields,
  slug,
  timeZone,
} from './fields.js';
import { defineOperation } from './operation.js';
import { NAMED_ORDERS, page, pageQuery } from './paging.js';

const tag = 'Organizations';

const billingCurrency = () => z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code');

export const organization = z
  .strictObject({
    id: id('organization'),
    name: z.string(),
    slug: z.string(),
    timeZone: z.string(),
    billingCurrency: z.string(),
    billingMode: billingMode.meta({ description: "The plan's, where there is a plan." }),
    simulated: z.boolean().meta({ description: 'Stands outside every total: demo and test tenants.' }),
    planId: id('plan').nullable(),
    overdraftLimit: money.meta({
      description: 'How much a prepaid organization may owe before somebody is asked to look. It lets no request pass.',
    }),
    ...limitFields,
    ...revisionFields,
  })
  .meta({ id: 'Organization' });

const organizationDraft = z
  .strictObject({
    name: name(),
    slug: slug(),
    timeZone: timeZone().default('UTC'),
    billingCurrency: billingCurrency().default('USD'),
    billingMode: billingMode.optional().meta({ description: "The plan's, where there is a plan; else `postpaid`." }),
    simulated: z.boolean().default(false),
    planId: id('plan').nullable().default(null),
    overdraftLimit: budgetAmount.optional(),
    rateLimit: rateLimit.optional(),
    monthlyBudget: monthlyBudget().optional(),
    budgetLadder: budgetLadder().optional(),
  })
  .meta({ id: 'OrganizationDraft' });

const organizationChange = z
  .strictObject({
    name: name(),
    slug: slug(),
    timeZone: timeZone(),
    billingCurrency: billingCurrency(),
    billingMode,
    planId: id('plan').nullable().meta({ description: 'An organization that leaves its plan keeps its billing mode.' }),
    overdraftLimit: budgetAmount,
    rateLimit,
    monthlyBudget: monthlyBudget(),
    budgetLadder: budgetLadder(),
  })
  .partial()
  .refine(atLeastOneField, NO_FIELD_MESSAGE)
  .meta({ id: 'OrganizationChange' });

/** What an organization may change of itself; the rest are terms that the operator sets. */
export const SELF_SERVICE_ORGANIZATION_FIELDS: readonly string[] = ['name', 'timeZone'];

const params = z.strictObject({ organizationId: id('organization') });

export const organizationOperations = {
  listOrganizations: defineOperation({
    id: 'listOrganizations',
    tag,
    summary: 'List organizations',
    description: "An organization's own token sees that organization only.",
    method: 'GET',
    path: '/organizations',
    permission: 'organizations.read',
    query: z.strictObject({
      ...pageQuery(NAMED_ORDERS),
      name: name().optional(),
      slug: slug().optional(),
      planId: id('plan').optional(),
    }),
    response: page(organization).meta({ id: 'OrganizationPage' }),
  }),
  createOrganization: defineOperation({
    id: 'createOrganization',
    tag,
    summary: 'Create an organization',
    method: 'POST',
    path: '/organizations',
    permission: 'organizations.write',
    operatorOnly: true,
    body: organizationDraft,
    status: 201,
    response: organization,
    versioned: true,
  }),
  readOrganization: defineOperation({
    id: 'readOrganization',
    tag,
    summary: 'Read an organization',
    method: 'GET',
    path: '/organizations/{organizationId}',
    permission: 'organizations.read',
    params,
    response: organization,
    versioned: true,
  }),
  updateOrganization: defineOperation({
    id: 'updateOrganization',
    tag,
    summary: 'Change an organization',
    description: "An organization's own token may change its name and time zone; the other fields are the operator's.",
    method: 'PATCH',
    path: '/organizations/{organizationId}',
    permission: 'organizations.write',
    conditional: true,
    params,
    body: organizationChange,
    response: organization,
    versioned: true,
  }),
};

export type Organization = z.infer<typeof organization>;
