import { expect, test } from '@jest/globals';
import { isRequestProblem, openaiSpeech } from '@tollgate/providers';

import { UploadedFile } from '../../multipart/uploaded-file.js';
import { speech, transcriptions } from '../../surfaces/operations.js';
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

test('a transcript that is streamed without usage is billed by the length of its audio', async () => {
  const upload = new UploadedFile('/nowhere', 1000);
  await upload.append(Buffer.alloc(750, 'x'));
  const prepared = await transcriptions.prepare({
    fields: [
      ['model', 'm'],
      ['stream', 'true'],
    ],
    files: [{ field: 'file', filename: 'a.bin', contentType: 'application/octet-stream', bytes: 750, index: 0 }],
    uploads: [upload],
    dispose: () => upload.dispose(),
  });
  if (isRequestProblem(prepared)) throw new Error(prepared.message);
  const exchange = {} as unknown as Exchange;
  const candidate = { target: { upstreamModel: 'whisper' } } as unknown as Candidate;
  const forwarder = prepared.crossing.forwarder(exchange, candidate, () => undefined);
  forwarder.push(Buffer.from('data: {"type":"transcript.text.delta","delta":"Tolls"}\n\n'));
  forwarder.push(Buffer.from('data: {"type":"transcript.text.done","text":"Tolls"}\n\n'));
  expect(forwarder.end()).toMatchObject({ complete: true, usage: { usage: { audio_ms: 1000 }, estimated: true } });
});
