import { describe, expect, test } from '@jest/globals';
import { ServedModels } from './served-models.js';

describe('models that nothing serves', () => {
  const served = new ServedModels([
    { organizationId: null, model: 'gpt-4o', provider: 'openai' },
    { organizationId: null, model: 'edge/*', provider: 'ollama' },
    { organizationId: 'org_a', model: 'own', provider: 'openai' },
  ]);
  const missing = (organizationId: string | null, ...targets: { model: string; provider?: string }[]): string[] =>
    served.missingIn({ targets }, organizationId, '/body').map(({ pointer }) => pointer);

  test('are those that the organization may not use, by name or pattern', () => {
    const targets = [{ model: 'gpt-4o' }, { model: 'edge/x' }, { model: 'own' }, { model: 'edge' }];
    expect(missing('org_a', ...targets)).toEqual(['/body/targets/3/model']);
    expect(missing('org_b', ...targets)).toEqual(['/body/targets/2/model', '/body/targets/3/model']);
    expect(missing(null, ...targets)).toEqual(['/body/targets/2/model', '/body/targets/3/model']);
  });

  test('are those at another provider', () => {
    const targets = ['openai', 'ollama'].flatMap((provider) =>
      ['gpt-4o', 'edge/x'].map((model) => ({ model, provider })),
    );
    expect(missing('org_a', ...targets)).toEqual(['/body/targets/1/model', '/body/targets/2/model']);
  });

  test('are found among thousands while nobody notices', () => {
    const many = Array.from({ length: 5_000 }, (_, i) => ({
      organizationId: null,
      model: i % 2 === 0 ? `m-${i}` : `p-${i}/*`,
      provider: 'openai',
    }));
    const table = new ServedModels(many);
    const targets = Array.from({ length: 50 }, (_, i) => ({ model: `p-${2 * i + 1}/x` }));
    const startedAt = performance.now();
    for (let route = 0; route < 5_000; route++) expect(table.missingIn({ targets }, null, '')).toEqual([]);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});
