import type { Prisma } from '@tollgate/database';
import { newId, type RouteDefinition } from '@tollgate/domain';
import type { Configuration } from '@tollgate/wire';
import { readDefinition, writeDefinition } from '../routes/route-definition.js';
import { ServedModels, type ServingDeployment } from '../routes/served-models.js';
import {
  blame,
  keyOf,
  organizationIdOf,
  refuseRepetition,
  type PlannedChange,
  type Planning,
} from './planned-change.js';

type Described = Configuration['routes'][number];

export function planRoutes(planning: Planning, serving: readonly ServingDeployment[]): PlannedChange[] {
  const rows = new Map(planning.state.routes.map((row) => [keyOf(row.organizationId, row.name), row]));
  const served = new ServedModels(serving);
  const seen = new Set<string>();
  const changes = planning.configuration.routes.flatMap((described, at) => {
    const pointer = `/routes/${at}`;
    const organizationId = organizationIdOf(planning, described.organization, `${pointer}/organization`);
    if (organizationId === undefined) return [];
    const key = keyOf(organizationId, described.name);
    if (refuseRepetition(planning, seen, { key, pointer: `${pointer}/name` })) return [];
    const row = rows.get(key);
    if (row !== undefined && row.source !== 'file') {
      const message = 'is the name of a route that the file does not own: rename one, or delete that';
      blame(planning, `${pointer}/name`, { code: 'taken', message });
    }
    planning.faults.push(...served.missingIn(described, organizationId, `/body${pointer}`));
    if ((described.firstTokenTimeoutMs ?? 0) > (described.totalTimeoutMs ?? Infinity)) {
      const message = 'must not be above totalTimeoutMs';
      blame(planning, `${pointer}/firstTokenTimeoutMs`, { code: 'invalid', message });
    }
    return [changeOf(described, { organizationId, row })];
  });
  const vanished = planning.state.routes.filter(
    (row) => row.source === 'file' && !seen.has(keyOf(row.organizationId, row.name)),
  );
  return [
    ...changes,
    ...vanished.map((row) => removal(row, planning.state.slugs.get(row.organizationId ?? '') ?? null)),
  ];
}

const nameOf = (name: string, organization: string | null): string =>
  organization === null ? name : `${name} for ${organization}`;

const told = (definition: RouteDefinition, enabled: boolean) => ({ ...writeDefinition(definition), enabled });

interface Found {
  readonly organizationId: string | null;
  readonly row: Prisma.RouteModel | undefined;
}

function changeOf(described: Described, { organizationId, row }: Found): PlannedChange {
  const { name, organization, enabled } = described;
  const id = row?.id ?? newId('route');
  const definition = writeDefinition(described);
  return {
    ...{ kind: 'route', resource: 'route', resourceId: id, organizationId, name: nameOf(name, organization) },
    before: row === undefined ? null : told(readDefinition(row), row.enabled),
    after: told(described, enabled),
    write: (transaction) =>
      row === undefined
        ? transaction.route.create({ data: { id, organizationId, name, definition, enabled, source: 'file' } })
        : transaction.route.update({ where: { id }, data: { definition, enabled, version: { increment: 1 } } }),
  };
}

function removal(row: Prisma.RouteModel, organization: string | null): PlannedChange {
  const { id, organizationId } = row;
  return {
    ...{ kind: 'route', resource: 'route', resourceId: id, organizationId, name: nameOf(row.name, organization) },
    ...{ before: told(readDefinition(row), row.enabled), after: null },
    write: (transaction) => transaction.route.delete({ where: { id } }),
  };
}
