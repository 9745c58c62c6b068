import { expect, test } from '@jest/globals';
import { isRequestProblem, openaiSpeech } from '@tollgate/providers';

import { speech } from '../../surfaces/operations.js';
import type { Exchange } from '../exchange.js';
import type { Candidate } from '../routing/route.js';

test('that sound is coming is known before the first of it, for a head that leaves early', () => {
  const memory = Buffer.from(JSON.stringify({ model: 'm', input: 'Tolls', voice: 'alloy', response_format: 'opus' }));
  const crossing = speech.prepare({ memory, start: 0, end: memory.length });
  if (isRequestProblem(crossing)) throw new Error(crossing.message);
  const exchange = { streamType: null, dropped: [] } as unknown as Exchange;
  const candidate = {
    operation: openaiSpeech,
    target: { upstreamModel: 'tts-1' },
    upstream: { basePath: '/v1' },
  } as unknown as Candidate;
  crossing.requestBody(exchange, candidate);
  expect(exchange.streamType).toBe('audio/ogg');
});
