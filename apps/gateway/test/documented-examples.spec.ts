import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { FiveProviders } from './five-providers.js';
import { wav } from './wav.js';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const run = promisify(execFile);

/** The guide's examples, as a reader would copy them: only the address and the key are filled in. */
describe('the guide for developers', () => {
  let five: FiveProviders;
  let folder: string;
  let examples: readonly string[];

  beforeAll(async () => {
    five = await FiveProviders.start();
    // below the folder of the modules, so that the SDKs are found
    await mkdir(path.join(ROOT, 'node_modules/.cache'), { recursive: true });
    folder = await mkdtemp(path.join(ROOT, 'node_modules/.cache/examples-'));
    await writeFile(path.join(folder, 'speech.wav'), wav());
    const guide = await readFile(path.join(ROOT, 'docs/guides/developer.md'), 'utf8');
    examples = [...guide.matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, code = '']) => code);
  }, 90_000);

  afterAll(async () => {
    await five.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('works as it stands', async () => {
    expect(examples.length).toBeGreaterThan(5);
    for (const [i, example] of examples.entries()) {
      const code = example.replaceAll('https://HOST', five.product.origin).replaceAll('tg_…', five.product.apiKey);
      const file = path.join(folder, `example-${i}.mjs`);
      await writeFile(file, code);
      const failure = await run(process.execPath, [file], { cwd: folder }).then(
        () => null,
        (error: unknown) => String(error),
      );
      expect([example.slice(0, 60), failure]).toEqual([example.slice(0, 60), null]);
    }
    expect(five.takeRefusals()).toEqual([]);
  }, 60_000);
});
