import { describe, expect, it } from '@jest/globals';
import { ConfigurationFileError, readConfigurationFile } from './configuration-file.js';

const read = (text: string, environment: Record<string, string> = {}) =>
  readConfigurationFile(text, (name) => environment[name]);

function problemsOf(text: string): readonly string[] {
  try {
    read(text);
  } catch (error) {
    if (error instanceof ConfigurationFileError) return error.problems;
    throw error;
  }
  return [];
}

describe('tollgate.yaml', () => {
  it('takes values from the environment, and text that only looks like one as it stands', () => {
    const text = 'a: ${ONE}\nb: ["x-${ONE}-${TWO}", "$${ONE}"]\n${ONE}: key\nc: &same ${ONE}\nd: *same\n';
    expect(read(text, { ONE: '1', TWO: 'two: 2' }).content).toEqual({
      a: '1',
      b: ['x-1-two: 2', '${ONE}'],
      '${ONE}': 'key',
      c: '1',
      d: '1',
    });
  });

  it('keeps money as it was written', () => {
    const text =
      'limits:\n  - monthlyBudget: 0.1000000000001\nroutes:\n  - constraints: { minContext: 1000, maxPrice: { input: 2.50 } }\n';
    expect(read(text).content).toEqual({
      limits: [{ monthlyBudget: '0.1000000000001' }],
      routes: [{ constraints: { minContext: 1000, maxPrice: { input: '2.50' } } }],
    });
  });

  it('names every variable that is missing, with its line', () => {
    expect(problemsOf('a: ${ONE}\nb:\n  - ok\n  - ${TWO}${THREE}\n')).toEqual([
      '1: the environment has no ONE',
      '4: the environment has no TWO',
      '4: the environment has no THREE',
    ]);
  });

  it.each([
    ['what is no YAML', 'a: [1\nb: 2\n', /^\d: /],
    ['a key that comes twice', 'a: 1\nb: 2\na: 3\n', /^3: Map keys must be unique/],
    ['an alias of nothing', 'a: 1\nb: *a\n', /^2: there is no anchor a$/],
    [
      'aliases without end',
      `a: &a [${'x,'.repeat(20)}]\nb: &b [${'*a,'.repeat(20)}]\nc: [${'*b,'.repeat(20)}]\n`,
      /^1: /,
    ],
  ])('names the line of %s', (_, text, expected) => {
    expect(problemsOf(text)[0]).toMatch(expected);
  });

  it('knows where what a pointer names is written, or would be', () => {
    const text =
      'version: 1\nroutes:\n  - name: smart\n    targets:\n      - { model: a }\n      - model: b\n        weight: 2\n';
    const file = read(text);
    expect(file.placeOf('/routes/0/targets/1/weight')).toEqual({ line: 7, path: 'routes[0].targets[1].weight' });
    expect(file.placeOf('/routes/0/targets/1')).toEqual({ line: 6, path: 'routes[0].targets[1]' });
    expect(file.placeOf('/routes/0/targets/0/model')).toEqual({ line: 5, path: 'routes[0].targets[0].model' });
    expect(file.placeOf('/routes/0/strategy')).toEqual({ line: 3, path: 'routes[0].strategy' });
    expect(file.placeOf('/limits/3/organization')).toMatchObject({ line: 1 });
    expect(file.placeOf('')).toEqual({ line: 1, path: '' });
  });
});
