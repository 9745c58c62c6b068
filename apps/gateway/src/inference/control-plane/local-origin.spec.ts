import { expect, test } from '@jest/globals';

import { isLocalOrigin } from './local-origin.js';

test.each([
  ['http://127.0.0.1:11434', true],
  ['http://10.0.0.7:8000', true],
  ['http://[::1]:8000', true],
  ['http://[fd00::1]', true],
  ['http://localhost:8000', true],
  ['http://gpu-box:8000', true],
  ['https://vllm.internal', true],
  ['https://vllm.internal.', true],
  ['https://api.openai.com', false],
  ['https://ollama.com', false],
  ['https://internal.example.com', false],
  ['https://notlocal', true],
  ['https://8.8.8.8', false],
  ['https://[2606:4700::1]', false],
])('%s is local: %s', (origin, expected) => {
  expect(isLocalOrigin(origin)).toBe(expected);
});
