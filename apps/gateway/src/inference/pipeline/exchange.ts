import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Hold, RateLevels } from '@tollgate/admission';
import { type AttemptRecord, newRequestId, type RequestId } from '@tollgate/domain';
import { JsonArrayFraming, type RequestAddress, type ScannedRequest } from '@tollgate/providers';

import type { Principal } from '../control-plane/principal.js';
import type { ReceivedForm } from '../multipart/read-multipart.js';
import type { RequestBody } from '../request-body.js';
import type { ConversationSurface, Surface } from '../surfaces/surface.js';
import type { Translating } from './crossing/crossing.js';
import type { OperationCrossing } from './crossing/operation-crossing.js';
import type { Attempt } from './dispatch/attempt.js';
import type { RequestWishes } from './routing/request-wishes.js';
import type { Listed } from './running-list.js';
import type { Candidate, Route, RouteContender } from './routing/route.js';
import type { StreamDelivery } from './streaming/stream-delivery.js';

/** What a client called, by method and path. */
export interface Called {
  readonly surface: Surface;
  /** What the path says, on surfaces whose bodies do not name the model. */
  readonly address: RequestAddress | null;
  /** A stream goes out as the pieces of one JSON array, for clients of Google's that did not ask for events. */
  readonly asArray?: true;
}

const NOTHING_DROPPED: readonly string[] = [];
const NOBODY: readonly RouteContender[] = [];

/**
 * What happened to one request so far. All fields exist from the start, so that every exchange has one shape for the
 * engine; each step fills in what it found out. No rules live here.
 */
export class Exchange implements Listed {
  readonly id: RequestId;
  /** Unix milliseconds; the same instant is inside the id. Budget period, price and day are chosen by it. */
  readonly occurredAt: number;
  private readonly startedAt: number;

  principal: Principal | null = null;
  body: RequestBody | null = null;
  scanned: ScannedRequest | null = null;
  route: Route | null = null;
  /** What the client asks of its routing by headers; `null` mostly. */
  wishes: RequestWishes | null = null;
  /** In which order the deployments are asked. */
  order: readonly RouteContender[] = NOBODY;
  /** Which conversation this is a turn of, as a hash; `null` where its prompt is too short to be cached. */
  conversation: number | null = null;
  /** How the deployment was chosen, for the journal; `null` where there was nothing to choose from. */
  decisionJson: string | null = null;
  /** The same in one word, for the client. */
  routeReason = 'only';
  /** A budget has asked for a cheaper model already. */
  downgraded = false;
  /** Nothing of the route could be asked, so that its fallbacks were looked at. */
  relieved = false;
  /** How deployments of another dialect are reached; `null` where there are none. */
  translation: Translating | null = null;
  /** The same, where what is asked for is no conversation. */
  operation: OperationCrossing | null = null;
  /** The files that came with the request; whoever ends it disposes of them. */
  form: ReceivedForm | null = null;
  /** What a stream is that consists of bytes and no events; `null`: of events. */
  streamType: string | null = null;
  /** Even a provider of the client's own dialect is sent another body than the client's. */
  writtenAnew = false;
  /** What was left out of the request for the deployment that is asked, by the client's own names. */
  dropped: readonly string[] = NOTHING_DROPPED;
  /** Input that the client has not sent: thoughts of earlier turns, put back. */
  attachedBytes = 0;
  candidate: Candidate | null = null;
  hold: Hold | null = null;
  /** Among those that have a hold. */
  position = -1;
  holdNanos = 0;
  inputTokensBound = 0;
  /** The cap on output that we send upstream because the caller gave none; null when the caller's own stands. */
  imposedOutputCap: number | null = null;

  attempts: AttemptRecord[] = [];
  /** Attempts under way: one, or two where one is hedged. */
  running: Attempt[] = [];
  /** Usage events beside the request's own that were written so far. */
  wastedParts = 0;
  /** The client's side of a stream, once there is one. */
  delivery: StreamDelivery | null = null;
  retryTimer: NodeJS.Timeout | null = null;
  hedgeTimer: NodeJS.Timeout | null = null;
  /** How full the buckets of the tightest scope are; `null` without limits per minute. */
  rates: RateLevels | null = null;
  admittedMs = 0;
  dispatchedMs: number | null = null;
  firstTokenMs: number | null = null;

  /** What its journal records have in common, and for which candidate that was put together. */
  recordCommon: string | null = null;
  recordCandidate: Candidate | null = null;

  readonly surface: Surface;
  /** What the address says, on surfaces whose bodies do not name the model. */
  readonly address: RequestAddress | null;
  /** How whole events are put into another frame on their way out; `null` where they go out as they are. */
  readonly framing: JsonArrayFraming | null;

  clientGone = false;
  /** The one usage event has been written; nothing may be recorded again. */
  recorded = false;

  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
    called: Called,
  ) {
    this.surface = called.surface;
    this.address = called.address;
    this.framing = called.asArray === true ? new JsonArrayFraming() : null;
    this.occurredAt = Date.now();
    this.startedAt = performance.now();
    this.id = newRequestId(this.occurredAt);
  }

  /** A copy for an attempt that nobody waits for: the same request, with bytes of its own, and no client. */
  shadow(): Exchange {
    const { body, request, response, surface, address } = this;
    const copy = new Exchange(request, response, { surface, address });
    return Object.assign(copy, {
      id: this.id,
      occurredAt: this.occurredAt,
      startedAt: this.startedAt,
      principal: this.principal,
      body: body === null ? null : { ...body, memory: Buffer.from(body.memory) },
      scanned: this.scanned,
      route: this.route,
      wishes: this.wishes,
      translation: this.translation,
      writtenAnew: this.writtenAnew,
      attachedBytes: this.attachedBytes,
      imposedOutputCap: this.imposedOutputCap,
      inputTokensBound: this.inputTokensBound,
    });
  }

  /** Milliseconds since the request was parsed, to the microsecond. */
  elapsedMs(): number {
    return Math.round((performance.now() - this.startedAt) * 1000) / 1000;
  }
}

/** The surface of an exchange that is known to be a conversation. */
export function conversationOf({ surface }: Pick<Exchange, 'surface'>): ConversationSurface {
  if (surface.kind !== 'conversation') throw new Error(`${surface.endpoint} is no conversation`);
  return surface;
}
