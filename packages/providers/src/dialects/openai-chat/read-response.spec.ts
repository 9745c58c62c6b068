import { describe, expect, test } from '@jest/globals';

import { collectCompletion } from '../../collect-completion.js';
import { readResponse } from './read-response.js';

const MANY = 300_000;

describe('an answer with more parts than a function takes arguments', () => {
  test('is read', () => {
    const image = { image_url: { url: 'data:,' } };
    const call = { id: 'c', function: { name: 'f', arguments: '' } };
    const message = { images: Array(MANY).fill(image) as unknown[], tool_calls: Array(MANY).fill(call) as unknown[] };
    expect(readResponse({ choices: [{ index: 0, message }] })?.choices[0]?.parts).toHaveLength(2 * MANY);
  });

  test('is put together from a stream', () => {
    const annotations = Array(MANY).fill({ type: 'url_citation' }) as unknown[];
    const { completion } = collectCompletion([{ kind: 'annotations', choice: 0, annotations }]);
    expect(completion.choices[0]?.annotations).toHaveLength(MANY);
  });
});
