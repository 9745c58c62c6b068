import { mkdtemp, chmod, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { Database, deployMigrations, loadPrices, publishPrices } from '@tollgate/database';
import { newId } from '@tollgate/domain';
import { startEmbeddedPostgres } from '@tollgate/embedded-postgres';

const PICOS_PER_CENT = 10_000_000_000n;

/** Models as an installation has them, the most used first; prices in US cents for a million tokens. */
export const MODELS = [
  ['gpt-4o-mini', 'openai', 15, 60],
  ['gpt-4o', 'openai', 250, 1_000],
  ['claude-sonnet', 'anthropic', 300, 1_500],
  ['gemini-flash', 'google-gemini', 30, 250],
  ['gpt-5-mini', 'openai', 25, 200],
  ['claude-haiku', 'anthropic', 100, 500],
  ['gpt-5', 'openai', 125, 1_000],
  ['gemini-pro', 'google-gemini', 125, 1_000],
  ['llama-70b', 'groq', 59, 79],
  ['mistral-large', 'mistral', 200, 600],
  ...Array.from({ length: 25 }, (_, index) => [`model-${index + 1}`, 'openai-compatible', 10 + index, 40 + index]),
].map(([name, provider, input, output]) => ({ name, provider, input, output }));

/** Postgres as an installation has it by default, on a disk that is flushed, in a folder that goes when it stops. */
export async function startDatabase(settings = {}) {
  const directory = await mkdtemp(path.join(tmpdir(), 'tollgate-benchmark-'));
  // as root the embedded server runs under an account of its own, which must reach its folder
  await chmod(directory, 0o755);
  const server = await startEmbeddedPostgres({ directory, settings, temporary: true });
  await deployMigrations(server.url);
  const database = Database.connect(server.url, { applicationName: 'benchmark' });
  const stop = async () => {
    await database.close();
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  };
  return { database, url: server.url, directory, stop };
}

/** Organizations with projects and keys, and published prices. What comes first is used most. */
export async function createTenants(database, { organizations, projects, keys, timeZone }) {
  const { prisma } = database;
  const bookId = newId('priceBook');
  await prisma.priceBook.create({ data: { id: bookId, name: 'Default' } });
  await prisma.installation.create({ data: { id: 1, defaultPriceBookId: bookId } });
  const { snapshotId } = await publishPrices(database, {
    bookId,
    prices: MODELS.flatMap(pricesOf),
    source: 'benchmark',
    publishedBy: 'benchmark',
  });
  const providerCredentialId = newId('providerCredential');
  await prisma.providerCredential.create({ data: { id: providerCredentialId, provider: 'openai', name: 'Benchmark' } });
  await prisma.deployment.createMany({
    data: MODELS.map(({ name }) => ({ id: `dep_${name}`, providerCredentialId, model: name, upstreamModel: name })),
  });
  const tenants = [];
  for (let index = 0; index < organizations; index++) {
    const id = newId('organization');
    await prisma.organization.create({ data: { id, name: `Organization ${index}`, slug: `org-${index}`, timeZone } });
    const projectIds = Array.from({ length: projects }, () => newId('project'));
    await prisma.project.createMany({
      data: projectIds.map((projectId, number) => ({ id: projectId, organizationId: id, name: `Project ${number}` })),
    });
    const apiKeys = Array.from({ length: keys }, (_, number) => ({
      id: newId('apiKey'),
      projectId: projectIds[number % projects],
    }));
    await prisma.apiKey.createMany({
      data: apiKeys.map((key, number) => ({
        ...key,
        organizationId: id,
        name: `Key ${number}`,
        modelAllowlist: ['*'],
      })),
    });
    tenants.push({ id, projectIds, apiKeys });
  }
  return { tenants, snapshot: await loadPrices(database.pool, snapshotId), snapshotId };
}

function pricesOf({ name, provider, input, output }) {
  const price = (meter, cents) => ({
    provider,
    model: name,
    meter,
    serviceTier: '*',
    region: '*',
    fromTokens: 0,
    timeWindow: '*',
    amountPicos: BigInt(cents) * PICOS_PER_CENT,
    per: 1_000_000,
    effectiveFrom: 0,
    effectiveTo: null,
  });
  return [price('input', input), price('input_cache_read', Math.ceil(input / 4)), price('output', output)];
}

/** An index below `length`, the first the likeliest, roughly as a Zipf distribution has it. */
export const skewed = (length, random = Math.random()) => Math.floor(length ** random) - 1;

/** The value that `fraction` of the sorted values do not exceed. */
export const quantile = (sorted, fraction) => sorted[Math.max(0, Math.ceil(fraction * sorted.length) - 1)] ?? NaN;
