import { loadControlPlane, loadPrices, type SnapshotPrices } from '@tollgate/database';
import { parsePicos, type Picos } from '@tollgate/domain';
import type pg from 'pg';
import { StartUpError } from '../start-up-error.js';
import { ORGANIZATIONS } from './cast.js';
import type { DemoKey, DemoOrganization } from './cast.js';
import { DEPLOYMENTS } from './deployments.js';
import type { DemoDeployment } from './deployments.js';

/** The cast of the demo with the ids that it has in this database. */
export interface DemoWorld {
  readonly organizations: readonly CastOrganization[];
  /** By model, in the order in which they are tried. */
  readonly deployments: ReadonlyMap<string, readonly CastDeployment[]>;
}

export interface CastOrganization {
  readonly id: string;
  readonly cast: DemoOrganization;
  readonly prices: SnapshotPrices;
  readonly keys: readonly CastKey[];
}

export interface CastKey {
  readonly id: string;
  readonly projectId: string;
  readonly ownerId: string | null;
  readonly cast: DemoKey;
  /** Unix milliseconds. */
  readonly usableFrom: number;
  readonly usableUntil: number;
  /** Of the key and of its project. */
  readonly budgets: readonly { readonly scopeId: string; readonly amount: Picos }[];
}

export type CastDeployment = DemoDeployment & { readonly id: string };

interface KeyRow {
  readonly id: string;
  readonly name: string;
  readonly organizationId: string;
  readonly projectId: string;
  readonly ownerId: string | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}

const KEYS = `
  SELECT k.id, k.name, k.organization_id AS "organizationId", k.project_id AS "projectId", k.owner_id AS "ownerId",
         k.created_at AS "createdAt", least(k.expires_at, k.revoked_at) AS "endedAt"
  FROM api_key k`;

type ControlPlane = Awaited<ReturnType<typeof loadControlPlane>>;

/** @throws StartUpError when the database lacks somebody: what was interrupted cannot be gone on with. */
export async function loadDemoWorld(pool: pg.Pool): Promise<DemoWorld> {
  const rows = await loadControlPlane(pool);
  const { rows: keys } = await pool.query<KeyRow>(KEYS);
  const { rows: slugs } = await pool.query<{ id: string; slug: string }>('SELECT id, slug FROM organization');
  const organizations: CastOrganization[] = [];
  for (const cast of ORGANIZATIONS) {
    const id = found(
      slugs.find(({ slug }) => slug === cast.slug),
      cast.name,
    ).id;
    const { priceSnapshotId } = found(
      rows.organizations.find((row) => row.id === id),
      cast.name,
    );
    const prices = await loadPrices(pool, found(priceSnapshotId ?? undefined, 'a price snapshot'));
    const own = keys.filter(({ organizationId }) => organizationId === id);
    organizations.push({ id, cast, prices, keys: castKeys(cast, own, rows) });
  }
  return { organizations, deployments: castDeployments(rows) };
}

function castKeys(organization: DemoOrganization, keys: readonly KeyRow[], { budgets }: ControlPlane): CastKey[] {
  return organization.projects.flatMap((project) =>
    project.keys.map((cast) => {
      const row = found(
        keys.find(({ name }) => name === cast.name),
        cast.name,
      );
      return {
        id: row.id,
        projectId: row.projectId,
        ownerId: row.ownerId,
        cast,
        usableFrom: row.createdAt.getTime(),
        usableUntil: row.endedAt?.getTime() ?? Number.POSITIVE_INFINITY,
        budgets: budgets
          .filter(({ scopeId }) => scopeId === row.id || scopeId === row.projectId)
          .map(({ scopeId, amount }) => ({ scopeId, amount: parsePicos(String(amount)) })),
      };
    }),
  );
}

function castDeployments({ deployments }: ControlPlane): ReadonlyMap<string, readonly CastDeployment[]> {
  const byModel = new Map<string, CastDeployment[]>();
  for (const cast of DEPLOYMENTS) {
    const { id } = found(
      deployments.find(({ model, priority }) => model === cast.model && priority === cast.priority),
      `the deployment of ${cast.model}`,
    );
    byModel.set(cast.model, [...(byModel.get(cast.model) ?? []), { ...cast, id }]);
  }
  return byModel;
}

function found<T>(row: T | undefined, what: string): T {
  if (row === undefined) throw new StartUpError(`the demo cannot be finished: ${what} is no longer there`);
  return row;
}
