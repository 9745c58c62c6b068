import {
  type AnswerFacts,
  BytesForwarder,
  type BuiltForm,
  type BuiltOperation,
  type ClientOperationId,
  droppedParameters,
  EventStreamForwarder,
  type JsonRecord,
  type OperationBounds,
  type ProviderFormOperation,
  type ProviderOperation,
  type ReadOperationEvent,
  type ReadUsage,
  refusalOf,
  type RequestProblem,
  spliceRequest,
  type StreamForwarder,
} from '@tollgate/providers';

import type { UploadedFile } from '../../multipart/uploaded-file.js';
import { type MultipartBody, writeMultipart } from '../../multipart/write-multipart.js';
import type { Exchange } from '../exchange.js';
import type { Candidate } from '../routing/route.js';
import type { CrossedAnswer, StreamedWhole, Translating } from './crossing.js';

/** What an operation's stream looks like. */
export interface OperationStream {
  /** How the events of the upstream are read; `null` where it sends bytes and nothing else. */
  readonly events: ReadOperationEvent | null;
  /** What bytes cost; only where they are all that there is. */
  readonly usageOfBytes?: (bytes: number) => ReadUsage;
  /** The client gets bytes of this type; `null`: it gets events. */
  readonly contentType: string | null;
}

/** A request of one operation, read whole, and how its answers are written. */
export interface OperationRequest<Request, Answer> {
  readonly client: ClientOperationId;
  readonly request: Request;
  /** The most that it can be billed; of a request with the upstream's name of the model. */
  boundsOf(request: Request): OperationBounds;
  readonly uploads: readonly UploadedFile[];
  /** What was measured of the request, for providers that do not report it. */
  readonly measured: ReadUsage | null;
  writeAnswer(answer: Answer): JsonRecord | Buffer;
  /** @param request with the upstream's name of the model. */
  streamOf(request: Request): OperationStream;
  /** A whole answer as events, for clients that wanted a stream. */
  asEvents(answer: JsonRecord | Buffer): string | null;
}

const JSON_TYPE = 'application/json; charset=utf-8';
const TEXT_TYPE = 'text/plain; charset=utf-8';
const DONE = Buffer.from('data: [DONE]\n\n');

type Built = BuiltOperation | BuiltForm;

/** How a request that is no conversation reaches a deployment: passed through where both sides agree, else written anew. */
export class OperationCrossing<
  Request extends { readonly model: string } = never,
  Answer = unknown,
> implements Translating {
  private built: { readonly candidate: Candidate; readonly request: Built } | null = null;
  private form: MultipartBody | null = null;

  constructor(private readonly given: OperationRequest<Request, Answer>) {}

  boundsAt(candidate: Candidate): OperationBounds {
    return this.given.boundsOf(this.requestFor(candidate));
  }

  refusal({ principal }: Exchange, candidate: Candidate): RequestProblem | null {
    const { inexpressible } = this.build(candidate);
    return refusalOf(inexpressible, principal?.unsupportedParameters ?? 'refuse');
  }

  path(candidate: Candidate): string {
    const { basePath, query } = candidate.upstream;
    const { path } = this.build(candidate);
    return basePath + (path.includes('?') ? path + query.replace('?', '&') : path + query);
  }

  requestBody(exchange: Exchange, candidate: Candidate): Buffer | MultipartBody {
    const built = this.build(candidate);
    exchange.dropped = droppedParameters(built.inexpressible);
    // a slow provider's answer has its head before its first byte
    exchange.streamType = this.given.streamOf(this.requestFor(candidate)).contentType;
    if ('parts' in built) {
      this.form = writeMultipart(built.parts, this.given.uploads);
      return this.form;
    }
    const { body, scanned } = exchange;
    if (this.passesThrough(candidate) && body !== null && scanned !== null) {
      return spliceRequest(body, scanned, {
        model: candidate.target.upstreamModel,
        forceUsage: false,
        maxOutput: null,
      });
    }
    return Buffer.from(JSON.stringify(built.body));
  }

  requestHeaders(_exchange: Exchange, { upstream }: Candidate): readonly string[] {
    const { form } = this;
    if (form === null) return upstream.headers;
    const headers = upstream.headers.filter((_text, i) => upstream.headers[i - (i % 2)] !== 'content-type');
    return [...headers, 'content-type', form.contentType, 'content-length', String(form.contentLength)];
  }

  forwarder(exchange: Exchange, candidate: Candidate, sink: (bytes: Buffer) => void): StreamForwarder {
    const stream = this.given.streamOf(this.requestFor(candidate));
    exchange.streamType = stream.contentType;
    if (stream.events !== null) return new EventStreamForwarder(this.measuring(stream.events), sink);
    const { usageOfBytes } = stream;
    if (usageOfBytes === undefined) throw new Error('an operation that streams neither events nor bytes');
    return new BytesForwarder(usageOfBytes, sink);
  }

  readAnswer(exchange: Exchange, candidate: Candidate, received: Buffer): CrossedAnswer {
    const operation = this.operationOf(candidate);
    const facts = this.measured(operation.readFacts(received, this.requestFor(candidate)));
    if (!facts.valid) return { facts, body: received };
    if (this.passesThrough(candidate)) return { facts, body: received, contentType: JSON_TYPE };
    const answer = operation.readAnswer(received, this.requestFor(candidate));
    if (answer === null) return { facts: { ...facts, valid: false }, body: received };
    const written = this.given.writeAnswer(answer);
    if (Buffer.isBuffer(written)) return { facts, body: written, contentType: TEXT_TYPE };
    // where the provider gave it no name, ours is better than none
    const named = written['id'] === '' ? { ...written, id: exchange.id.public } : written;
    return { facts, body: Buffer.from(JSON.stringify(named)), contentType: JSON_TYPE };
  }

  /** No operation's provider streams unasked; what only looks like a stream may be a text that somebody spoke. */
  readStreamed(exchange: Exchange, candidate: Candidate, received: Buffer): CrossedAnswer {
    return this.readAnswer(exchange, candidate, received);
  }

  streamWhole(_exchange: Exchange, candidate: Candidate, received: Buffer): StreamedWhole | null {
    const answer = this.operationOf(candidate).readAnswer(received, this.requestFor(candidate));
    const events = answer === null ? null : this.given.asEvents(this.given.writeAnswer(answer));
    return events === null ? null : { events: Buffer.from(events), doneFrame: DONE };
  }

  /** What is billed depends on which model it was, not on what the client calls it. */
  private requestFor({ target }: Candidate): Request {
    return { ...this.given.request, model: target.upstreamModel };
  }

  private measured(facts: AnswerFacts): AnswerFacts {
    return facts.valid && facts.usage === null ? { ...facts, usage: this.given.measured } : facts;
  }

  /** As for whole answers: an end that says nothing of usage is told what was measured. */
  private measuring(read: ReadOperationEvent): ReadOperationEvent {
    const { measured } = this.given;
    if (measured === null) return read;
    return (type, event) => {
      const facts = read(type, event);
      return facts.completes && facts.usage === null ? { ...facts, usage: measured } : facts;
    };
  }

  private passesThrough(candidate: Candidate): boolean {
    const operation = this.operationOf(candidate);
    return 'passesThrough' in operation && operation.passesThrough === this.given.client;
  }

  private build(candidate: Candidate): Built {
    if (this.built?.candidate === candidate) return this.built.request;
    const operation = this.operationOf(candidate);
    const target = { model: candidate.target.upstreamModel, basePath: candidate.upstream.basePath };
    const request = this.requestFor(candidate);
    const built =
      'buildForm' in operation ? operation.buildForm(request, target) : operation.buildRequest(request, target);
    this.built = { candidate, request: built };
    return built;
  }

  /** Candidates of a route do what was asked for: which operation that is, the route was made by. */
  private operationOf({
    operation,
  }: Candidate): ProviderOperation<Request, Answer> | ProviderFormOperation<Request, Answer> {
    if (operation === null) throw new Error('a deployment without the operation');
    return operation as ProviderOperation<Request, Answer>;
  }
}
