import { newId } from '@tollgate/domain';
import type { Configuration } from '@tollgate/wire';
import type { Tenant } from '../http/actor.js';
import type { ServingDeployment } from '../routes/served-models.js';
import type { DeploymentRow } from './configuration.repository.js';
import type { NamedCredential } from './plan-providers.js';
import {
  blame,
  keyOf,
  organizationIdOf,
  refuseRepetition,
  type PlannedChange,
  type Planning,
} from './planned-change.js';

type Described = Configuration['deployments'][number];

/** What the file describes, with what its names stand for. */
interface Resolved extends ServingDeployment {
  readonly credentialId: string;
  readonly upstreamModel: string;
  readonly described: Described;
  readonly pointer: string;
}

export interface PlannedDeployments {
  readonly changes: readonly PlannedChange[];
  /** The enabled ones that there will be. */
  readonly serving: readonly ServingDeployment[];
}

export function planDeployments(
  planning: Planning,
  credentials: ReadonlyMap<string, NamedCredential>,
): PlannedDeployments {
  const { deployments } = planning.state;
  const wanted = resolveAll(planning, credentials);
  const others = deployments.filter(({ source }) => source !== 'file');
  refuseClashes(planning, wanted, others);
  const left = new Set(deployments.filter(({ source }) => source === 'file'));
  const matched = new Map<Resolved, DeploymentRow>();
  // first those that are the same in all that tells one from another, then those that now lead elsewhere
  for (const identify of [exactly, loosely]) {
    const rows = Map.groupBy(left, (row) => identify(ofRow(row)));
    for (const each of wanted.filter((candidate) => !matched.has(candidate))) {
      const row = rows.get(identify(each))?.shift();
      if (row === undefined) continue;
      left.delete(row);
      matched.set(each, row);
    }
  }
  const slugOf = (id: Tenant) => (id === null ? null : (planning.state.slugs.get(id) ?? null));
  const changes = wanted.map((each) => changeOf(each, matched.get(each), slugOf));
  const serving = [
    ...others.filter(({ enabled }) => enabled).map(ofRow),
    ...wanted.filter(({ described }) => described.enabled),
  ];
  return { changes: [...changes, ...[...left].map((row) => removal(row, slugOf))], serving };
}

type Identity = Pick<Resolved, 'credentialId' | 'organizationId' | 'model' | 'upstreamModel'> & {
  readonly region: string;
};

const loosely = ({ credentialId, organizationId, model }: Omit<Identity, 'region'>): string =>
  keyOf(credentialId, organizationId, model);

const exactly = (each: Identity | Resolved): string =>
  keyOf(loosely(each), each.upstreamModel, 'region' in each ? each.region : each.described.region);

const ofRow = (row: DeploymentRow) => ({
  credentialId: row.providerCredentialId,
  organizationId: row.organizationId,
  model: row.model,
  upstreamModel: row.upstreamModel,
  region: row.region,
  provider: row.providerCredential.provider,
});

function resolveAll(planning: Planning, credentials: ReadonlyMap<string, NamedCredential>): Resolved[] {
  const seen = new Set<string>();
  return planning.configuration.deployments.flatMap((described, at) => {
    const pointer = `/deployments/${at}`;
    const organizationId = organizationIdOf(planning, described.organization, `${pointer}/organization`);
    if (organizationId === undefined) return [];
    const credential =
      credentials.get(described.provider) ?? findOther(planning, described.provider, { organizationId, pointer });
    if (credential === null) return [];
    const { model } = described;
    const upstreamModel = described.upstreamModel ?? (model.includes('*') ? '*' : model);
    const { id: credentialId, provider } = credential;
    const resolved = { credentialId, provider, organizationId, model, upstreamModel, described, pointer };
    return refuseRepetition(planning, seen, { key: exactly(resolved), pointer: `${pointer}/model` }) ? [] : [resolved];
  });
}

/** A credential that the file does not describe: the operator's own, or one of the organization that it is for. */
function findOther(
  planning: Planning,
  name: string,
  { organizationId, pointer }: { readonly organizationId: Tenant; readonly pointer: string },
): NamedCredential | null {
  const found = planning.state.credentials.filter(
    (row) =>
      row.source !== 'file' &&
      row.name === name &&
      (row.organizationId === null || row.organizationId === organizationId),
  );
  const [credential] = found;
  if (credential !== undefined && found.length === 1) return credential;
  const fault =
    credential === undefined
      ? { code: 'not_found', message: 'is neither a provider of the file nor a provider credential' }
      : { code: 'ambiguous', message: `is the name of ${found.length} provider credentials` };
  blame(planning, `${pointer}/provider`, fault);
  return null;
}

function refuseClashes(planning: Planning, wanted: readonly Resolved[], others: readonly DeploymentRow[]): void {
  const taken = new Set(others.map((row) => exactly(ofRow(row))));
  for (const each of wanted.filter((candidate) => taken.has(exactly(candidate)))) {
    const message = 'is deployed with this credential already, by a deployment that the file does not own';
    blame(planning, `${each.pointer}/model`, { code: 'taken', message });
  }
}

type SlugOf = (id: Tenant) => string | null;

const nameOf = (model: string, provider: string, organization: string | null): string =>
  `${model} at ${provider}${organization === null ? '' : ` for ${organization}`}`;

function toldOfRow(row: DeploymentRow, slugOf: SlugOf) {
  return {
    provider: row.providerCredential.name,
    ...{ model: row.model, upstreamModel: row.upstreamModel, region: row.region, priority: row.priority },
    ...{ enabled: row.enabled, drained: row.drained, organization: slugOf(row.organizationId) },
  };
}

function changeOf(each: Resolved, row: DeploymentRow | undefined, slugOf: SlugOf): PlannedChange {
  const { described, organizationId, upstreamModel, credentialId } = each;
  const { provider, model, region, priority, enabled, drained, organization } = described;
  const id = row?.id ?? newId('deployment');
  const data = { upstreamModel, region, priority, enabled, drained };
  return {
    ...{ kind: 'deployment', resource: 'deployment', resourceId: id, organizationId },
    name: nameOf(model, provider, organization),
    before: row === undefined ? null : toldOfRow(row, slugOf),
    after: { provider, model, ...data, organization },
    write: (transaction) =>
      row === undefined
        ? transaction.deployment.create({
            data: { id, organizationId, providerCredentialId: credentialId, model, source: 'file', ...data },
          })
        : transaction.deployment.update({ where: { id }, data: { ...data, version: { increment: 1 } } }),
  };
}

function removal(row: DeploymentRow, slugOf: SlugOf): PlannedChange {
  const { id, model, organizationId, providerCredential } = row;
  return {
    ...{ kind: 'deployment', resource: 'deployment', resourceId: id, organizationId, after: null },
    name: nameOf(model, providerCredential.name, slugOf(organizationId)),
    before: toldOfRow(row, slugOf),
    write: (transaction) => transaction.deployment.delete({ where: { id } }),
  };
}
