import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from '@jest/globals';
import { format, resolveConfig } from 'prettier';

import { providers } from '../../src/providers/registry.js';
import { NO_RECORDINGS } from '../recorded-exchanges.js';
import { conversationRows } from './conversation-suite.js';
import type { Cell } from './features.js';
import { operationRows } from './operation-suite.js';
import { conformancePage } from './page.js';

const PAGE = fileURLToPath(new URL('../../../../docs/conformance.md', import.meta.url));
/** Where `npm run conformance` wants the results. */
const RESULTS = process.env['CONFORMANCE_RESULTS'];

const all = [...providers.values()].filter(({ simulated }) => !simulated);
const conversations = all.flatMap(conversationRows);
const operations = all.flatMap(operationRows);

describe('conformance', () => {
  test.each(conversations)(
    '$provider: $endpoint answers every client, whole and streamed, with its usage',
    ({ cells }) => {
      for (const feature of [
        'text',
        'stream',
        'usage',
        'stop reasons',
        'error 400',
        'error 429 and Retry-After',
        'error 500',
      ])
        expect([feature, cells[feature]?.status]).toEqual([feature, 'proven']);
      for (const feature of ['tools', 'parallel tools', 'tool results', 'structured output', 'images in'])
        expect([feature, isDecided(cells[feature])]).toEqual([feature, true]);
    },
  );

  test('the page says what was found', async () => {
    const config = await resolveConfig(PAGE);
    const page = await format(conformancePage(conversations, operations), { ...config, parser: 'markdown' });
    if (RESULTS !== undefined) writeFileSync(RESULTS, JSON.stringify({ conversations, operations, page }));
    else expect(existsSync(PAGE) ? comparable(readFileSync(PAGE, 'utf8')) : '').toBe(comparable(page));
  });
});

function isDecided(cell: Cell | undefined): boolean {
  return cell?.status === 'proven' || cell?.status === 'refused' || cell?.othersRefused === true;
}

/** Without the recorded exchanges, what they prove besides cannot be compared. */
function comparable(page: string): string {
  return NO_RECORDINGS ? page.replaceAll('**recorded**', 'proven').replaceAll(/ +/g, ' ').replaceAll(/-+/g, '-') : page;
}
