import {
  clientDialects,
  generateMayExceedItsBytes,
  generateSearchesBound,
  GenerateStreamForwarder,
  mayHoldSealedReasoning,
  readGenerateAnswer,
  type RequestAddress,
  scanGenerateRequest,
} from '@tollgate/providers';

import type { InferenceError } from '../inference-error.js';
import type { RequestBody } from '../request-body.js';
import type { CountingSurface } from './surface.js';

const dialect = clientDialects['google-generate'];

/** `POST /v1beta/models/{model}:generateContent` and `:streamGenerateContent`, likewise below `/v1`. */
export const googleGenerate: CountingSurface = {
  kind: 'conversation',
  dialect: 'google-generate',
  counting: { scan, field: 'totalTokens' },
  endpoint: 'generate-content',
  recordJson: '"endpoint":"generate-content","surface":"google-generate"',
  requestIdHeader: null,
  heartbeat: Buffer.from(dialect.heartbeat),
  requestHeaders: (upstream) => upstream,
  scan,
  isWrittenAnew: ({ memory, start, end }) => mayHoldSealedReasoning(memory, start, end),
  mayExceedItsBytes: ({ memory, start, end }) => generateMayExceedItsBytes(memory, start, end),
  contextWindow: (usual) => usual,
  searchesBound: ({ memory, start, end }) => generateSearchesBound(memory, start, end),
  forwarder: (_withholdUsage, sink) => new GenerateStreamForwarder(sink),
  readAnswer: readGenerateAnswer,
  errorBody,
  errorFrame: (error, requestId) => Buffer.from(`data: ${errorBody(error, requestId)}\n\n`),
};

function scan(body: RequestBody, address: RequestAddress | null): ReturnType<typeof scanGenerateRequest> {
  if (address === null) throw new Error('the address of this surface names the model');
  return scanGenerateRequest(body, address);
}

/** The error in the shape that Google's SDKs read; `tollgate` adds what that has no place for. */
function errorBody({ code, message, param, refusal }: InferenceError, requestId: string): string {
  const body = dialect.writeError({ code, message, param, requestId });
  const written = body['error'] as Readonly<Record<string, unknown>>;
  const tollgate = { code, requestId, param, ...(refusal === null ? {} : { refusal }) };
  return JSON.stringify({ ...body, error: { ...written, tollgate } });
}
