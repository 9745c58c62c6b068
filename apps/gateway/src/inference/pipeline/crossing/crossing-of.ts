import type { Exchange } from '../exchange.js';
import type { Candidate } from '../routing/route.js';
import type { Crossing } from './crossing.js';
import { passthrough } from './passthrough.js';

/** How the request of this exchange reaches a deployment. */
export function crossingOf({ surface, translation }: Exchange, { dialect }: Candidate): Crossing {
  if (dialect === surface.dialect) return passthrough;
  if (translation === null) throw new Error('dispatch before translation');
  return translation;
}

const always = (): boolean => true;

/** Whether a deployment can be told what the client asks for, as the policy of the key wants it. */
export function fitting(exchange: Exchange): (candidate: Candidate) => boolean {
  const { surface, translation } = exchange;
  if (translation === null) return always;
  return (candidate) => candidate.dialect === surface.dialect || translation.refusal(exchange, candidate) === null;
}
