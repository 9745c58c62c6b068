import { hash } from '@node-rs/argon2';
import { publishPrices } from '@tollgate/database';
import { API_KEY_PREFIX, issueSecret, newId } from '@tollgate/domain';
import type pg from 'pg';
import type { AuditTrail } from '../bootstrap/audit-trail.js';
import { insertKeySecret } from '../bootstrap/issue-secrets.js';
import { ORGANIZATIONS, PEOPLE, SHOWN_KEY } from './cast.js';
import type { DemoKey, DemoOrganization, DemoProject } from './cast.js';
import { createDemoDeployments } from './create-demo-deployments.js';
import { createDemoRoute, DEMO_LADDER, DEMO_ROUTE } from './create-demo-route.js';
import { createDemoPeople, type PeopleIds } from './create-demo-people.js';
import type { DemoFile } from './demo-file.js';

/** The entry of the audit log that says which demo a database holds. */
export const DEMO_CREATED = 'demo.created';

const DAY_MS = 86_400_000;
const CREATED_DAYS_AGO = 90;

interface World {
  readonly client: pg.PoolClient;
  readonly audit: AuditTrail;
  readonly demo: DemoFile;
}

/** Organizations with projects, keys, limits and people, and what serves them: all that is not history. */
export async function createDemoWorld(world: World): Promise<void> {
  const { client, audit, demo } = world;
  await createDemoDeployments(client, audit);
  await createDemoRoute(client, audit);
  const passwordHash = await hash(demo.password);
  const people = await createDemoPeople(client, { people: PEOPLE, passwordHash });
  for (const [index, organization] of ORGANIZATIONS.entries()) {
    // one day after the other: the first of them is what an operator sees first
    const created = createdAt(world, CREATED_DAYS_AGO + ORGANIZATIONS.length - index);
    const organizationId = await createOrganization(world, organization, created);
    await joinOrganization(world, { organizationId, slug: organization.slug, people });
    for (const project of organization.projects) {
      const projectId = await createProject(world, organizationId, project);
      for (const key of project.keys) await createKey(world, { organizationId, projectId, key, people });
    }
  }
  const after = { seed: demo.seed, days: demo.days, endsAt: new Date(demo.endsAt).toISOString() };
  audit.add({ action: DEMO_CREATED, resourceId: demo.id, organizationId: null, after });
}

const createdAt = ({ demo }: World, daysAgo = CREATED_DAYS_AGO): Date => new Date(demo.endsAt - daysAgo * DAY_MS);

async function createOrganization(world: World, organization: DemoOrganization, created: Date): Promise<string> {
  const { client, audit } = world;
  const id = newId('organization', created.getTime());
  const planId = await createPlan(client, organization);
  const { name, slug, timeZone, billingMode } = organization;
  await client.query(
    `INSERT INTO organization (id, name, slug, time_zone, billing_mode, plan_id, created_at)
     VALUES ($1, $2, $3, $4, $5::billing_mode, $6, $7)`,
    [id, name, slug, timeZone, billingMode, planId, created],
  );
  const after = { name, slug, timeZone, billingMode };
  audit.add({ action: 'organization.created', resourceId: id, organizationId: id, after });
  return id;
}

/** A price book of its own below the default one, for who charges on with a markup. */
async function createPlan(client: pg.PoolClient, organization: DemoOrganization): Promise<string | null> {
  const { name, markupBasisPoints, billingMode } = organization;
  if (markupBasisPoints === null) return null;
  const bookId = newId('priceBook');
  await client.query(
    `INSERT INTO price_book (id, name, parent_id, markup_basis_points)
     SELECT $1, $2, default_price_book_id, $3 FROM installation`,
    [bookId, `Plan of ${name}`, markupBasisPoints],
  );
  await publishPrices(client, { bookId, prices: [], source: 'demo', publishedBy: 'bootstrap' });
  const planId = newId('plan');
  await client.query(
    `INSERT INTO plan (id, name, billing_mode, price_book_id) VALUES ($1, 'Agency', $2::billing_mode, $3)`,
    [planId, billingMode, bookId],
  );
  return planId;
}

interface Joining {
  readonly organizationId: string;
  readonly slug: string;
  readonly people: PeopleIds;
}

async function joinOrganization(world: World, { organizationId, slug, people }: Joining): Promise<void> {
  const created = createdAt(world);
  for (const { email, roles } of PEOPLE) {
    const role = roles.find(({ organization }) => organization === slug)?.role;
    if (role === undefined) continue;
    await world.client.query(
      'INSERT INTO member (id, organization_id, user_id, role, created_at) VALUES ($1, $2, $3, $4, $5)',
      [newId('member', created.getTime()), organizationId, people.get(email), role, created],
    );
  }
}

async function createProject(world: World, organizationId: string, project: DemoProject): Promise<string> {
  const created = createdAt(world);
  const id = newId('project', created.getTime());
  const { name, costCentre, budget } = project;
  await world.client.query(
    'INSERT INTO project (id, organization_id, name, cost_centre, created_at) VALUES ($1, $2, $3, $4, $5)',
    [id, organizationId, name, costCentre, created],
  );
  if (budget !== undefined)
    await createBudget(world, { organizationId, scope: 'project', scopeId: id, amount: budget });
  world.audit.add({ action: 'project.created', resourceId: id, organizationId, after: { name, costCentre } });
  return id;
}

interface Budget {
  readonly organizationId: string;
  readonly scope: 'project' | 'api_key';
  readonly scopeId: string;
  readonly amount: string;
}

async function createBudget({ client }: World, { organizationId, scope, scopeId, amount }: Budget): Promise<void> {
  await client.query(
    `INSERT INTO budget (id, organization_id, scope, scope_id, amount, ladder)
     VALUES ($1, $2, $3::limit_scope, $4, $5, $6)`,
    [newId('budget'), organizationId, scope, scopeId, amount, JSON.stringify(scope === 'project' ? DEMO_LADDER : [])],
  );
}

interface KeyDraft {
  readonly organizationId: string;
  readonly projectId: string;
  readonly key: DemoKey;
  readonly people: PeopleIds;
}

async function createKey(world: World, { organizationId, projectId, key, people }: KeyDraft): Promise<void> {
  const { client, audit, demo } = world;
  const created = createdAt(world, key.createdDaysAgo);
  const id = newId('apiKey', created.getTime());
  const modelAllowlist = [
    ...new Set(key.models.flatMap(({ model, movesTo }) => [model, movesTo ?? model])),
    'sandbox/*',
    ...(key.name === SHOWN_KEY ? [DEMO_ROUTE] : []),
  ];
  const ago = (days: number | undefined): Date | null => (days === undefined ? null : createdAt(world, days));
  await client.query(
    `INSERT INTO api_key (id, organization_id, project_id, name, owner_id, model_allowlist, tags, expires_at, revoked_at, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      id,
      organizationId,
      projectId,
      key.name,
      key.owner === undefined ? null : people.get(key.owner),
      modelAllowlist,
      key.tags,
      ago(key.expiredDaysAgo),
      ago(key.revokedDaysAgo),
      created,
    ],
  );
  const secret = key.name === SHOWN_KEY ? demo.apiKey : issueSecret(API_KEY_PREFIX);
  await insertKeySecret(client, id, secret);
  if (key.budget !== undefined) {
    await createBudget(world, { organizationId, scope: 'api_key', scopeId: id, amount: key.budget });
  }
  if (key.requestsPerMinute !== undefined) {
    await client.query(
      `INSERT INTO rate_limit (scope, scope_id, organization_id, requests_per_minute) VALUES ('api_key', $1, $2, $3)`,
      [id, organizationId, key.requestsPerMinute],
    );
  }
  const after = { name: key.name, projectId, modelAllowlist, displayPrefix: secret.displayPrefix };
  audit.add({ action: 'api-key.created', resourceId: id, organizationId, after });
}
