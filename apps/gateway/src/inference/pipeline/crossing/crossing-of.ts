import type { Exchange } from '../exchange.js';
import type { Candidate } from '../routing/route.js';
import type { Crossing } from './crossing.js';
import { passthrough } from './passthrough.js';

/** How the request of this exchange reaches a deployment. */
export function crossingOf(exchange: Exchange, candidate: Candidate): Crossing {
  if (isPassedThrough(exchange, candidate)) return passthrough;
  if (exchange.translation === null) throw new Error('dispatch before translation');
  return exchange.translation;
}

/** Whether a deployment can be told what the client asks for, as the policy of the key wants it. */
export function fitting(exchange: Exchange): (candidate: Candidate) => boolean {
  const { translation } = exchange;
  if (translation === null) return (candidate) => isPassedThrough(exchange, candidate);
  return (candidate) => isPassedThrough(exchange, candidate) || translation.refusal(exchange, candidate) === null;
}

function isPassedThrough({ surface, writtenAnew }: Exchange, { dialect }: Candidate): boolean {
  return dialect === surface.dialect && !writtenAnew;
}
