import type { IncomingMessage, ServerResponse } from 'node:http';

import type { AdmissionRequest, AdmissionStore } from '@tollgate/admission';
import { newRequestId } from '@tollgate/domain';
import {
  clientDialects,
  estimateInputTokens,
  isRequestProblem,
  parseConversation,
  type RequestAddress,
  type ScannedRequest,
  spliceRequest,
} from '@tollgate/providers';

import type { Principal } from '../control-plane/principal.js';
import { type InferenceError, inferenceError } from '../inference-error.js';
import { refusalError } from '../pipeline/admission/refusal-error.js';
import { connectionFailure } from '../pipeline/dispatch/upstream-failure.js';
import { modelNotFound } from '../pipeline/routing/model-not-found.js';
import { unmet } from '../pipeline/routing/constraints.js';
import { noDeployment } from '../pipeline/routing/no-deployment.js';
import { readWishes } from '../pipeline/routing/request-wishes.js';
import type { Candidate, Route } from '../pipeline/routing/route.js';
import type { RequestBody, RequestBodyReader } from '../request-body.js';
import type { CountingSurface } from '../surfaces/surface.js';
import { answerError, answerJson } from './answer-json.js';

const MAX_ANSWER_BYTES = 64 * 1024;

export interface CountTokensParts {
  readonly bodies: RequestBodyReader;
  readonly admission: AdmissionStore;
  readonly timeoutMs: number;
}

/** What a client wants counted. */
export interface Counted {
  readonly request: IncomingMessage;
  readonly surface: CountingSurface;
  readonly address: RequestAddress | null;
}

/** What is wrong, on its way to the one place that answers. */
class Refused extends Error {
  constructor(readonly error: InferenceError) {
    super(error.code);
  }
}

/**
 * `POST /v1/messages/count_tokens` and `/v1beta/models/…:countTokens`: how many tokens a request has, without running it. It costs nothing and leaves no
 * usage event, but it is authenticated, held to the key's models, and counts as one request against its rates.
 */
export class CountTokens {
  constructor(private readonly parts: CountTokensParts) {}

  async answer(counted: Counted, response: ServerResponse, principal: Principal): Promise<void> {
    const { request, surface, address } = counted;
    try {
      const body = await this.read(request);
      const scanned = surface.counting.scan(body, address);
      if (isRequestProblem(scanned)) throw new Refused(inferenceError(scanned.code, scanned));
      const route = principal.routeOf(scanned.model, surface.dialect);
      if (route === null) throw new Refused(modelNotFound(scanned.model));
      const candidates = allowedBy(request, route);
      await this.admitted(principal, async () => {
        const candidate = this.counting(candidates, surface);
        if (candidate === null) answerEstimate(response, { body, counted });
        else answerJson(response, await this.ask(candidate, { counted, body, scanned }));
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
      mayDowngrade: false,
    };
    const result = await this.parts.admission.admit(admission);
    if (!result.admitted && result.downgrade) throw new Error('a count is never downgraded');
    if (!result.admitted) throw new Refused(refusalError(result, admission, principal.apiKeyName));
    try {
      await run();
    } finally {
      await this.parts.admission.void(result.hold);
    }
  }

  /** A deployment whose provider counts in the client's dialect. */
  private counting(candidates: readonly Candidate[], { dialect }: CountingSurface): Candidate | null {
    const now = performance.now();
    const first = candidates.find(({ health }) => health.mayAsk(now) || !health.credential.isDead);
    if (first === undefined) throw new Refused(inferenceError('provider_credentials_exhausted'));
    return first.dialect === dialect && first.paths.countTokens !== null ? first : null;
  }

  private async ask(
    candidate: Candidate,
    { counted, body, scanned }: { counted: Counted; body: RequestBody; scanned: ScannedRequest },
  ): Promise<unknown> {
    const { paths, target, upstream } = candidate;
    const edits = { model: target.upstreamModel, forceUsage: false, maxOutput: null };
    const { request, surface } = counted;
    const { timeoutMs } = this.parts;
    const answer = await upstream.dispatcher
      .request({
        origin: upstream.origin,
        path: paths.countTokens ?? '',
        method: 'POST',
        headers: surface.requestHeaders(upstream.headers, request) as string[],
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
    if (answer.statusCode === 200) return countOf(answer.bytes, surface.counting.field);
    const facts = candidate.readError(answer.statusCode, answer.headers, answer.bytes);
    throw new Refused(
      inferenceError(facts.code, { ...facts, upstreamCode: facts.requestFault ? facts.upstreamCode : null }),
    );
  }
}

/** What may not be sent a request may not be sent it to count its tokens. */
function allowedBy(request: IncomingMessage, route: Route): readonly Candidate[] {
  const wishes = readWishes(request);
  if (wishes !== null && 'code' in wishes) throw new Refused(wishes);
  const constraints = wishes?.constraints ?? {};
  const allowed = route.contenders.flatMap(({ candidate }) =>
    unmet(constraints, candidate) === null ? candidate : [],
  );
  if (allowed.length === 0) throw new Refused(noDeployment(route, wishes));
  return allowed;
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
function countOf(bytes: Buffer, field: string): unknown {
  try {
    const answer = JSON.parse(bytes.toString()) as Readonly<Record<string, unknown>>;
    if (typeof answer[field] === 'number') return answer;
  } catch {
    // answered below
  }
  throw new Refused(inferenceError('provider_invalid_response'));
}

function answerEstimate(
  response: ServerResponse,
  { body, counted: { surface, address } }: { readonly body: RequestBody; readonly counted: Counted },
): void {
  const counting = clientDialects[surface.dialect].tokenCounting;
  if (counting === null) throw new Error('the dialect counts no tokens');
  const text = body.memory.toString('utf8', body.start, body.end);
  const conversation = parseConversation(text, counting, address ?? undefined);
  if (isRequestProblem(conversation)) throw new Refused(inferenceError(conversation.code, conversation));
  response.setHeader('x-tollgate-estimated', 'true');
  answerJson(response, counting.writeResponse(estimateInputTokens(conversation)));
}
