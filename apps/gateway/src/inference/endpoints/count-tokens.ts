import type { IncomingMessage, ServerResponse } from 'node:http';

import type { AdmissionRequest, AdmissionStore } from '@tollgate/admission';
import { newRequestId } from '@tollgate/domain';
import {
  clientDialects,
  estimateInputTokens,
  isRequestProblem,
  parseConversation,
  scanCountTokensRequest,
  type ScannedRequest,
  spliceRequest,
} from '@tollgate/providers';

import type { Principal } from '../control-plane/principal.js';
import { type InferenceError, inferenceError } from '../inference-error.js';
import { refusalError } from '../pipeline/admission/refusal-error.js';
import type { CredentialHealth } from '../pipeline/dispatch/credential-health.js';
import { connectionFailure } from '../pipeline/dispatch/upstream-failure.js';
import { modelNotFound } from '../pipeline/routing/model-not-found.js';
import type { Candidate, Route } from '../pipeline/routing/route.js';
import type { RequestBody, RequestBodyReader } from '../request-body.js';
import { withDialectHeaders } from '../surfaces/anthropic-messages.js';
import { answerError, answerJson } from './answer-json.js';

const DIALECT = 'anthropic-messages';
const MAX_ANSWER_BYTES = 64 * 1024;

export interface CountTokensParts {
  readonly bodies: RequestBodyReader;
  readonly credentials: CredentialHealth;
  readonly admission: AdmissionStore;
  readonly timeoutMs: number;
}

/** What is wrong, on its way to the one place that answers. */
class Refused extends Error {
  constructor(readonly error: InferenceError) {
    super(error.code);
  }
}

/**
 * `POST /v1/messages/count_tokens`: how many tokens a request has, without running it. It costs nothing and leaves no
 * usage event, but it is authenticated, held to the key's models, and counts as one request against its rates.
 */
export class CountTokens {
  constructor(private readonly parts: CountTokensParts) {}

  async answer(request: IncomingMessage, response: ServerResponse, principal: Principal): Promise<void> {
    try {
      const body = await this.read(request);
      const scanned = scanCountTokensRequest(body.memory, body.start, body.end);
      if (isRequestProblem(scanned)) throw new Refused(inferenceError(scanned.code, scanned));
      const route = principal.routeOf(scanned.model, DIALECT);
      if (route === null) throw new Refused(modelNotFound(scanned.model));
      await this.admitted(principal, async () => {
        const candidate = this.counting(route);
        if (candidate === null) answerEstimate(response, body);
        else answerJson(response, await this.ask(candidate, { request, body, scanned }));
      });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      answerError(response, error.error, request.complete ? {} : { connection: 'close' });
    }
  }

  private read(request: IncomingMessage): Promise<RequestBody> {
    return new Promise((resolve, reject) => {
      this.parts.bodies.read(request, (body) => {
        if (body === null) reject(new Refused(inferenceError('caller_body_too_large')));
        else resolve(body);
      });
    });
  }

  /** Its place among the requests of a minute is kept, its place among the running ones given back. */
  private async admitted(principal: Principal, run: () => Promise<void>): Promise<void> {
    const occurredAt = Date.now();
    const admission: AdmissionRequest = {
      requestId: newRequestId(occurredAt).public,
      scopes: principal.scopes,
      tokensBound: 0,
      holdNanos: 0,
      occurredAt,
    };
    const result = await this.parts.admission.admit(admission);
    if (!result.admitted) throw new Refused(refusalError(result, admission, principal.apiKeyName));
    try {
      await run();
    } finally {
      await this.parts.admission.void(result.hold);
    }
  }

  /** A deployment whose provider counts in the client's dialect. */
  private counting({ candidates }: Route): Candidate | null {
    const first = candidates.find(({ credentialId }) => !this.parts.credentials.isBenched(credentialId));
    if (first === undefined) throw new Refused(inferenceError('provider_credentials_exhausted'));
    return first.dialect === DIALECT && first.paths.countTokens !== null ? first : null;
  }

  private async ask(
    candidate: Candidate,
    { request, body, scanned }: { request: IncomingMessage; body: RequestBody; scanned: ScannedRequest },
  ): Promise<unknown> {
    const { paths, target, upstream } = candidate;
    const edits = { model: target.upstreamModel, forceUsage: false, maxOutput: null };
    const { timeoutMs } = this.parts;
    const answer = await upstream.dispatcher
      .request({
        origin: upstream.origin,
        path: paths.countTokens ?? '',
        method: 'POST',
        headers: withDialectHeaders(upstream.headers, request) as string[],
        body: spliceRequest(body, scanned, edits),
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
      })
      .then(async ({ statusCode, headers, body: stream }) => ({
        statusCode,
        headers,
        bytes: await beginningOf(stream),
      }))
      .catch((error: unknown) => {
        const facts = connectionFailure(error instanceof Error ? error : new Error('unknown'));
        throw new Refused(inferenceError(facts.code, facts));
      });
    if (answer.statusCode === 200) return countOf(answer.bytes);
    const facts = candidate.readError(answer.statusCode, answer.headers, answer.bytes);
    throw new Refused(
      inferenceError(facts.code, { ...facts, upstreamCode: facts.requestFault ? facts.upstreamCode : null }),
    );
  }
}

/** As much of an answer as a count or an error has; of one that goes on, the rest is not waited for. */
async function beginningOf(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= MAX_ANSWER_BYTES) break;
  }
  return Buffer.concat(chunks, Math.min(length, MAX_ANSWER_BYTES));
}

/** Only what is known to be of the caller's business. */
function countOf(bytes: Buffer): unknown {
  try {
    const answer = JSON.parse(bytes.toString()) as Readonly<Record<string, unknown>>;
    if (typeof answer['input_tokens'] === 'number') return answer;
  } catch {
    // answered below
  }
  throw new Refused(inferenceError('provider_invalid_response'));
}

function answerEstimate(response: ServerResponse, body: RequestBody): void {
  const counting = clientDialects[DIALECT].tokenCounting;
  if (counting === null) throw new Error('the dialect counts no tokens');
  const conversation = parseConversation(body.memory.toString('utf8', body.start, body.end), counting);
  if (isRequestProblem(conversation)) throw new Refused(inferenceError(conversation.code, conversation));
  response.setHeader('x-tollgate-estimated', 'true');
  answerJson(response, counting.writeResponse(estimateInputTokens(conversation)));
}
