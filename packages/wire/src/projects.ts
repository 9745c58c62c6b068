import { z } from 'zod';
import { budgetLadder, limitFields } from './budget-ladder.js';
import {
  atLeastOneField,
  id,
  monthlyBudget,
  name,
  NO_FIELD_MESSAGE,
  rateLimit,
  revisionFields,
  text,
} from './fields.js';
import { defineOperation } from './operation.js';
import { NAMED_ORDERS, page, pageQuery } from './paging.js';

const tag = 'Projects';

export const project = z
  .strictObject({
    id: id('project'),
    organizationId: id('organization'),
    name: z.string(),
    costCentre: z.string().nullable(),
    ...limitFields,
    ...revisionFields,
  })
  .meta({ id: 'Project' });

const costCentre = () => text(100).nullable();

const projectDraft = z
  .strictObject({
    name: name(),
    costCentre: costCentre().default(null),
    rateLimit: rateLimit.optional(),
    monthlyBudget: monthlyBudget().optional(),
    budgetLadder: budgetLadder().optional(),
  })
  .meta({ id: 'ProjectDraft' });

const projectChange = z
  .strictObject({
    name: name(),
    costCentre: costCentre(),
    rateLimit,
    monthlyBudget: monthlyBudget(),
    budgetLadder: budgetLadder(),
  })
  .partial()
  .refine(atLeastOneField, NO_FIELD_MESSAGE)
  .meta({ id: 'ProjectChange' });

const ofOrganization = z.strictObject({ organizationId: id('organization') });
const params = z.strictObject({ projectId: id('project') });

export const projectOperations = {
  listProjects: defineOperation({
    id: 'listProjects',
    tag,
    summary: 'List the projects of an organization',
    method: 'GET',
    path: '/organizations/{organizationId}/projects',
    permission: 'projects.read',
    params: ofOrganization,
    query: z.strictObject({ ...pageQuery(NAMED_ORDERS), name: name().optional(), costCentre: text(100).optional() }),
    response: page(project).meta({ id: 'ProjectPage' }),
  }),
  createProject: defineOperation({
    id: 'createProject',
    tag,
    summary: 'Create a project',
    method: 'POST',
    path: '/organizations/{organizationId}/projects',
    permission: 'projects.write',
    params: ofOrganization,
    body: projectDraft,
    status: 201,
    response: project,
    versioned: true,
  }),
  readProject: defineOperation({
    id: 'readProject',
    tag,
    summary: 'Read a project',
    method: 'GET',
    path: '/projects/{projectId}',
    permission: 'projects.read',
    params,
    response: project,
    versioned: true,
  }),
  updateProject: defineOperation({
    id: 'updateProject',
    tag,
    summary: 'Change a project',
    method: 'PATCH',
    path: '/projects/{projectId}',
    permission: 'projects.write',
    conditional: true,
    params,
    body: projectChange,
    response: project,
    versioned: true,
  }),
};

export type Project = z.infer<typeof project>;
