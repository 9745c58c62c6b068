import { newId } from '@tollgate/domain';
import type pg from 'pg';
import type { AuditTrail } from './audit-trail.js';

interface Writer {
  readonly client: pg.PoolClient;
  readonly audit: AuditTrail;
}

interface DeploymentRow {
  readonly id: string;
  readonly model: string;
  readonly source: string;
  readonly enabled: boolean;
}

interface Offer {
  readonly credentialId: string;
  readonly provider: string;
  /** Null when the provider could not be asked: what was known stays. */
  readonly models: readonly string[] | null;
}

/** Disabled by us, because the environment no longer has it. One that the operator disabled keeps the other source. */
const WITHDRAWN = 'environment-withdrawn';
const FOLLOWING = 'environment';

/**
 * Each known model under its own name, and every other that the provider may have under `<provider>/<name>`: a model
 * that was loaded after our start, or is newer than our catalogue, is there at once.
 */
export async function deployModels(writer: Writer, { credentialId, provider, models }: Offer): Promise<void> {
  const wanted = new Map([[`${provider}/*`, '*'], ...(models ?? []).map((model) => [model, model] as const)]);
  const existing = await deploymentsOf(writer, credentialId);
  const known = new Set(existing.map(({ model }) => model));
  await create(writer, { credentialId, models: new Map([...wanted].filter(([model]) => !known.has(model))) });
  const returned = existing.filter(({ model, source }) => source === WITHDRAWN && wanted.has(model));
  await setEnabled(writer, returned, true);
  if (models === null) return;
  const gone = existing.filter((row) => isOffered(row) && !wanted.has(row.model));
  await setEnabled(writer, gone, false);
}

/** The environment no longer names the provider. */
export async function withdrawDeployments(writer: Writer, credentialId: string): Promise<void> {
  const existing = await deploymentsOf(writer, credentialId);
  await setEnabled(writer, existing.filter(isOffered), false);
}

/** Not one that the operator disabled, which is not ours to bring back later. */
function isOffered({ source, enabled }: DeploymentRow): boolean {
  return source === FOLLOWING && enabled;
}

async function deploymentsOf({ client }: Writer, credentialId: string): Promise<DeploymentRow[]> {
  const { rows } = await client.query<DeploymentRow>(
    'SELECT id, model, source, enabled FROM deployment WHERE provider_credential_id = $1 AND source = ANY($2)',
    [credentialId, [FOLLOWING, WITHDRAWN]],
  );
  return rows;
}

async function create(
  { client, audit }: Writer,
  { credentialId, models }: { credentialId: string; models: ReadonlyMap<string, string> },
): Promise<void> {
  const rows = [...models].map(([model, upstreamModel]) => ({ id: newId('deployment'), model, upstreamModel }));
  await client.query(
    `INSERT INTO deployment (id, provider_credential_id, model, upstream_model, source)
     SELECT id, $2, model, "upstreamModel", $3
     FROM jsonb_to_recordset($1::jsonb) AS given(id text, model text, "upstreamModel" text)`,
    [JSON.stringify(rows), credentialId, FOLLOWING],
  );
  for (const { id, ...after } of rows) {
    audit.add({ action: 'deployment.created', resourceId: id, organizationId: null, after });
  }
}

async function setEnabled({ client, audit }: Writer, rows: readonly DeploymentRow[], enabled: boolean): Promise<void> {
  if (rows.length === 0) return;
  await client.query(
    `UPDATE deployment SET enabled = $2, source = $3, version = version + 1, updated_at = now() WHERE id = ANY($1)`,
    [rows.map(({ id }) => id), enabled, enabled ? FOLLOWING : WITHDRAWN],
  );
  for (const { id } of rows) {
    const [before, after] = [{ enabled: !enabled }, { enabled }];
    audit.add({ action: 'deployment.updated', resourceId: id, organizationId: null, before, after });
  }
}
