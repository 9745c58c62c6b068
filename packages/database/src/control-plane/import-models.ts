import type { Database } from '../database.js';
import { inTransaction } from '../transaction.js';
import type { ModelRow } from './control-plane-rows.js';

const UPSERT = `
  INSERT INTO model AS m (provider, name, display_name, context_window, max_output_tokens, input_modalities,
                          output_modalities, features, knowledge_cutoff, aliases, deprecated, source, updated_at)
  SELECT provider, name, "displayName", "contextWindow", "maxOutputTokens", "inputModalities",
         "outputModalities", features, "knowledgeCutoff", aliases, deprecated, $2, now()
  FROM jsonb_to_recordset($1::jsonb) AS given(
    provider text, name text, "displayName" text, "contextWindow" integer, "maxOutputTokens" integer,
    "inputModalities" text[], "outputModalities" text[], features text[], "knowledgeCutoff" text,
    aliases text[], deprecated boolean)
  ON CONFLICT (provider, name) DO UPDATE SET
    display_name = excluded.display_name, context_window = excluded.context_window,
    max_output_tokens = excluded.max_output_tokens, input_modalities = excluded.input_modalities,
    output_modalities = excluded.output_modalities, features = excluded.features,
    knowledge_cutoff = excluded.knowledge_cutoff, aliases = excluded.aliases, deprecated = excluded.deprecated,
    updated_at = excluded.updated_at
  WHERE m.source = excluded.source
    AND (m.display_name, m.context_window, m.max_output_tokens, m.input_modalities, m.output_modalities, m.features,
         m.knowledge_cutoff, m.aliases, m.deprecated)
      IS DISTINCT FROM (excluded.display_name, excluded.context_window, excluded.max_output_tokens,
                        excluded.input_modalities, excluded.output_modalities, excluded.features,
                        excluded.knowledge_cutoff, excluded.aliases, excluded.deprecated)`;

const DEPRECATE_MISSING = `
  UPDATE model SET deprecated = true, updated_at = now()
  WHERE source = $2 AND NOT deprecated
    AND (provider, name) NOT IN (SELECT provider, name FROM jsonb_to_recordset($1::jsonb) AS given(provider text, name text))`;

export interface ModelImport {
  /** Everything that the source knows: what it no longer names becomes deprecated. */
  readonly models: readonly ModelRow[];
  /** Where the facts come from, such as `catalogue`. Rows of another source are left as they are. */
  readonly source: string;
}

/** Brings the catalogue to the state of its source. Writes only what differs; returns how many rows that were. */
export async function importModels(database: Database, { models, source }: ModelImport): Promise<number> {
  const given = JSON.stringify(models);
  return inTransaction(database.pool, 'READ COMMITTED', async (client) => {
    const written = await client.query(UPSERT, [given, source]);
    const deprecated = await client.query(DEPRECATE_MISSING, [given, source]);
    return (written.rowCount ?? 0) + (deprecated.rowCount ?? 0);
  });
}
