/**
 * Compiles wasm/block-scanner.ts and writes it as a module of base64 (src/passthrough/block-scanner-wasm.ts), which is
 * committed: building the product needs no AssemblyScript. With --check it only compares.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import asc from 'assemblyscript/asc';

const SOURCE = 'wasm/block-scanner.ts';
const TARGET = 'src/passthrough/block-scanner-wasm.ts';
const OPTIONS = ['-O3', '--enable', 'simd', '--runtime', 'stub', '--noAssert', '--initialMemory', '512'];

const folder = fileURLToPath(new URL('..', import.meta.url));

/** The text of the generated module for the source as it is now. @throws Error when it does not compile. */
async function generate() {
  let binary = null;
  const result = await asc.main([SOURCE, '--outFile', 'block-scanner.wasm', ...OPTIONS], {
    readFile: (name) => (name === SOURCE ? readFileSync(folder + SOURCE, 'utf8') : null),
    writeFile: (_name, contents) => {
      binary = contents;
    },
    listFiles: () => [],
  });
  if (result.error || binary === null) throw new Error(`${result.stderr.toString()}`, { cause: result.error });
  const lines = Buffer.from(binary)
    .toString('base64')
    .match(/.{1,110}/g);
  const literal = lines.map((line) => `  '${line}'`).join(' +\n');
  return `/** Generated from wasm/block-scanner.ts by scripts/build-wasm.mjs. */\nexport const BLOCK_SCANNER_WASM =\n${literal};\n`;
}

const text = await generate();
if (process.argv.includes('--check')) {
  if (readFileSync(folder + TARGET, 'utf8') !== text) {
    console.error(`${TARGET} is not what ${SOURCE} compiles to. Run: node scripts/build-wasm.mjs`);
    process.exitCode = 1;
  }
} else {
  writeFileSync(folder + TARGET, text);
}
