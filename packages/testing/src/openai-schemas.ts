import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { Ajv } from 'ajv';

const FILE = fileURLToPath(new URL('../../../../shared/spec/openai-schemas-subset.json', import.meta.url));

interface Schemas {
  readonly definitions: Readonly<Record<string, object>>;
}

const schemas = existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as Schemas) : null;
if (schemas === null) process.stderr.write('SKIPPED: the published schemas are not beside the project\n');
const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
if (schemas !== null) ajv.addSchema({ $id: 'openai', definitions: schemas.definitions });

/** What the published schema says against a value, `null` members left out; nothing when the schemas are not there. */
export function schemaErrors(definition: string, value: unknown): string[] {
  if (schemas === null) return [];
  const validate = ajv.getSchema(`openai#/definitions/${definition}`);
  if (validate === undefined) throw new Error(`no schema ${definition}`);
  const plain: unknown = JSON.parse(JSON.stringify(value, (_key, member: unknown) => member ?? undefined));
  return validate(plain) === true
    ? []
    : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`);
}
