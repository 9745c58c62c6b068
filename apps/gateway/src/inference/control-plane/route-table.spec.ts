import { randomBytes } from 'node:crypto';

import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type DeploymentRow, sealSecret, SnapshotPrices } from '@tollgate/database';

import { UpstreamPools } from '../upstream-pools.js';
import { HealthRegistry } from '@tollgate/routing';
import { UpstreamAuthorizers } from '@tollgate/upstream-authorization';

import { RouteTable } from './route-table.js';

type ModelRows = ConstructorParameters<typeof RouteTable>[1];

const MASTER_KEY = randomBytes(32);
const prices = new SnapshotPrices('snap_1', { markupBasisPoints: 0, platformFeeBasisPoints: 0 }, { prices: [] });

describe('route table', () => {
  const pools = new UpstreamPools(1_000);
  let unusable: [string, string][];

  beforeEach(() => {
    unusable = [];
  });
  afterAll(() => pools.close());

  let rows = 0;
  function deployment(model: string, changes: Partial<DeploymentRow> = {}): DeploymentRow {
    const number = ++rows;
    return {
      id: `dep_${number}`,
      organizationId: null,
      model,
      upstreamModel: model,
      region: '*',
      priority: 100,
      provider: 'openai',
      credentialId: `cred_${number}`,
      credentialOwner: 'operator',
      baseUrl: 'https://9.9.9.9/v1',
      ciphertext: null,
      masterKeyId: null,
      drained: false,
      credentialVersion: 1,
      ...changes,
    };
  }

  function table(deployments: readonly DeploymentRow[], models: ModelRows = []): RouteTable {
    return new RouteTable(deployments, models, {
      pools,
      authorizers: new UpstreamAuthorizers(),
      masterKey: MASTER_KEY,
      health: new HealthRegistry({ clock: () => performance.now() }),
      sandboxBaseUrl: 'http://127.0.0.1:1',
      onUnusable: (id, reason) => unusable.push([id, reason]),
    });
  }

  const served = (routes: RouteTable, model: string, organizationId = 'org_1'): [string, string][] =>
    routes
      .serving(organizationId, prices, { model, dialect: 'openai-chat' })
      .map(({ candidate: { target } }) => [target.deploymentId, target.upstreamModel]);

  test('a name serves itself, and an alias what it stands for', () => {
    const own = deployment('gpt-4o');
    const alias = deployment('smart', { upstreamModel: 'gpt-4o' });
    const routes = table([own, alias]);
    expect(served(routes, 'gpt-4o')).toEqual([[own.id, 'gpt-4o']]);
    expect(served(routes, 'smart')).toEqual([[alias.id, 'gpt-4o']]);
    expect(served(routes, 'gpt', 'org_1')).toEqual([]);
    expect(served(routes, '', 'org_1')).toEqual([]);
  });

  test('a pattern hands on what its star stands for, which is never nothing', () => {
    const pattern = deployment('openai/*', { upstreamModel: '*' });
    const both = deployment('eu-*-fast', { upstreamModel: 'x/*/y' });
    const routes = table([pattern, both]);
    expect(served(routes, 'openai/gpt-4o')).toEqual([[pattern.id, 'gpt-4o']]);
    expect(served(routes, 'openai/a/b')).toEqual([[pattern.id, 'a/b']]);
    expect(served(routes, 'openai/')).toEqual([]);
    expect(served(routes, 'eu-m1-fast')).toEqual([[both.id, 'x/m1/y']]);
    expect(served(routes, 'eu-fast')).toEqual([]);
    // what a replacement pattern would expand
    expect(served(routes, 'openai/$&$1')).toEqual([[pattern.id, '$&$1']]);
  });

  test('an exact name comes before a pattern, whatever their priorities', () => {
    const pattern = deployment('gpt-*', { priority: 0 });
    const exact = deployment('gpt-4o', { priority: 900 });
    const routes = table([pattern, exact]);
    expect(served(routes, 'gpt-4o')).toEqual([[exact.id, 'gpt-4o']]);
    expect(served(routes, 'gpt-4o-mini')).toEqual([[pattern.id, 'gpt-4o-mini']]);
  });

  test('the organization’s own comes before the operator’s, then priority decides', () => {
    const late = deployment('m', { priority: 20 });
    const early = deployment('m', { priority: 10 });
    const own = deployment('m', { priority: 900, organizationId: 'org_1', credentialOwner: 'organization' });
    const foreign = deployment('m', { priority: 0, organizationId: 'org_2', credentialOwner: 'organization' });
    const routes = table([late, early, own, foreign]);
    expect(served(routes, 'm').map(([id]) => id)).toEqual([own.id, early.id, late.id]);
    expect(served(routes, 'm', 'org_2').map(([id]) => id)).toEqual([foreign.id, early.id, late.id]);
    expect(served(routes, 'm', 'org_3').map(([id]) => id)).toEqual([early.id, late.id]);
    const [first] = routes.serving('org_1', prices, { model: 'm', dialect: 'openai-chat' });
    expect(first?.candidate.target.credentialOwner).toBe('organization');
  });

  test('an organization sees no name of another', () => {
    const routes = table([deployment('ours', { organizationId: 'org_1' }), deployment('everyone’s')]);
    expect(routes.modelNames('org_1', () => true)).toEqual(['everyone’s', 'ours']);
    expect(routes.modelNames('org_2', () => true)).toEqual(['everyone’s']);
    expect(served(routes, 'ours', 'org_2')).toEqual([]);
  });

  test('a model with a name of its own is not listed again under a pattern, unless only that may be used', () => {
    const facts = { displayName: '', contextWindow: null, maxOutputTokens: null, inputModalities: [] };
    const model = (name: string): ModelRows[number] => ({
      ...facts,
      provider: 'openai',
      name,
      outputModalities: [],
      features: [],
      knowledgeCutoff: null,
      aliases: [],
      deprecated: false,
    });
    const credentialId = 'cred_1';
    const routes = table(
      [
        deployment('openai/*', { upstreamModel: '*', credentialId }),
        deployment('gpt-4o', { credentialId }),
        deployment('fast', { upstreamModel: 'gpt-4o-mini', credentialId }),
        deployment('backup/*', { upstreamModel: '*', credentialId: 'cred_2' }),
      ],
      [model('gpt-4o'), model('gpt-4o-mini'), model('o3')],
    );
    const own = ['fast', 'gpt-4o', 'openai/o3'];
    const backup = ['backup/gpt-4o', 'backup/gpt-4o-mini', 'backup/o3'];
    expect(routes.modelNames('org_1', () => true)).toEqual([...backup, ...own]);
    expect(routes.modelNames('org_1', (name) => name.startsWith('openai/'))).toEqual([
      'openai/gpt-4o',
      'openai/gpt-4o-mini',
      'openai/o3',
    ]);
  });

  test('one deployment that cannot be used leaves the others alone, and says why', () => {
    const sealedElsewhere = sealSecret(randomBytes(32), 'sk-elsewhere', 'cred_x');
    const good = deployment('good');
    const bad = [
      deployment('bad', { provider: 'nobody' }),
      deployment('bad', { credentialId: 'cred_x', ciphertext: sealedElsewhere }),
      deployment('bad', { baseUrl: 'not a URL' }),
      deployment('bad', { credentialOwner: 'organization', baseUrl: 'http://169.254.169.254/latest' }),
    ];
    const routes = table([...bad, good]);
    expect(served(routes, 'good')).toEqual([[good.id, 'good']]);
    expect(served(routes, 'bad', 'org_1')).toEqual([]);
    expect(unusable.map(([id]) => id)).toEqual(bad.map(({ id }) => id));
    expect(JSON.stringify(unusable)).not.toContain('sk-elsewhere');
  });

  test('the secret goes to the provider as its header, and nowhere else', () => {
    const ciphertext = sealSecret(MASTER_KEY, 'sk-secret', 'cred_s');
    const routes = table([deployment('m', { credentialId: 'cred_s', ciphertext })]);
    const [serving] = routes.serving('org_1', prices, { model: 'm', dialect: 'openai-chat' });
    const { upstream, health, ...rest } = serving?.candidate ?? {};
    expect(health?.upstreamModel).toBe('m');
    expect(upstream?.headers).toEqual(expect.arrayContaining(['authorization', 'Bearer sk-secret']));
    expect(upstream?.origin).toBe('https://9.9.9.9');
    expect(serving?.candidate.paths.streamed).toBe('/v1/chat/completions');
    expect(
      JSON.stringify(rest, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
    ).not.toContain('sk-secret');
  });

  test('names that callers invent below a pattern do not pile up', () => {
    const routes = table([deployment('openai/*', { upstreamModel: '*' })]);
    for (let i = 0; i < 10_000; i++) expect(served(routes, `openai/m${i}`)).toHaveLength(1);
    expect(served(routes, 'openai/m1')).toHaveLength(1);
  });
});
