import {
  attachReasoning,
  type Conversation,
  clientDialects,
  isRequestProblem,
  type KeptReasoning,
  parseConversation,
  reasoningLookups,
  type RequestProblem,
} from '@tollgate/providers';

import { conversationOf, type Exchange } from '../exchange.js';
import type { OperationCrossing } from './operation-crossing.js';
import { losesProofs } from './lost-proofs.js';
import type { ReasoningStore } from './reasoning-store.js';
import { Translation } from './translation.js';

type Prepared = (problem: RequestProblem | null) => void;

/** Reads a request whole, once, where it may have to be told in another dialect. */
export class Translator {
  constructor(private readonly thoughts: ReasoningStore) {}

  /**
   * Whether a deployment of the route or of its canary speaks another dialect than the client, or cannot be sent what the
   * client wrote.
   */
  isNeeded(exchange: Exchange): boolean {
    const { body, route, surface } = exchange;
    if (route === null || surface.kind === 'form-operation') return false;
    if (surface.kind === 'json-operation') return true;
    if (body === null) return false;
    exchange.writtenAnew = surface.isWrittenAnew(body);
    const { canary } = route;
    return this.isRequired(exchange) || (canary !== null && canary.dialect !== surface.dialect);
  }

  /** Whether the route itself needs it: what only its canary cannot be told goes where the route leads without one. */
  isRequired({ route, surface, writtenAnew }: Exchange): boolean {
    return surface.kind === 'json-operation' || writtenAnew || route?.dialect !== surface.dialect;
  }

  /** Calls back when `exchange.translation` stands, or with what is wrong with the request. */
  prepare(exchange: Exchange, done: Prepared): void {
    const { body, principal, surface } = exchange;
    if (body === null || principal === null) throw new Error('translation before parse');
    if (surface.kind === 'json-operation') return done(prepareOperation(exchange, surface.prepare(body)));
    const text = body.memory.toString('utf8', body.start, body.end);
    const conversation = parseConversation(
      text,
      clientDialects[conversationOf(exchange).dialect],
      exchange.address ?? undefined,
    );
    if (isRequestProblem(conversation)) return done(conversation);
    const { organizationId } = principal;
    const keep = (kept: KeptReasoning): void => this.thoughts.put(organizationId, kept);
    if (!this.mayHaveThought(exchange)) {
      exchange.translation = new Translation(conversation, keep);
      return done(null);
    }
    const lookups = reasoningLookups(conversation);
    const finish = (found: ReadonlyMap<string, KeptReasoning>): void => {
      const { attached, bytes } = attach(conversation, found);
      exchange.attachedBytes = bytes;
      exchange.translation = new Translation(attached, keep);
      done(null);
    };
    const found = lookups.length === 0 ? NOTHING : this.thoughts.find(organizationId, lookups);
    if (!(found instanceof Promise)) return finish(found);
    // without its thoughts a turn goes on all the same, only unthinkingly
    found.then(finish, () => finish(NOTHING));
  }

  private mayHaveThought({ route, surface }: Exchange): boolean {
    const candidates = [...(route?.candidates ?? []), ...(route?.canary?.candidates ?? [])];
    return candidates.some(({ dialect }) => losesProofs(surface.dialect, dialect));
  }
}

function prepareOperation(exchange: Exchange, prepared: OperationCrossing | RequestProblem): RequestProblem | null {
  if (isRequestProblem(prepared)) return prepared;
  exchange.translation = prepared;
  exchange.operation = prepared;
  return null;
}

const NOTHING: ReadonlyMap<string, KeptReasoning> = new Map();

function attach(
  conversation: Conversation,
  found: ReadonlyMap<string, KeptReasoning>,
): { readonly attached: Conversation; readonly bytes: number } {
  let bytes = 0;
  for (const { reasoning } of found.values()) bytes += Buffer.byteLength(JSON.stringify(reasoning));
  return { attached: attachReasoning(conversation, found), bytes };
}
