import type { Exchange } from '../exchange.js';
import type { Candidate } from '../routing/route.js';
import type { Crossing } from './crossing.js';
import { passthrough } from './passthrough.js';

/** How the request of this exchange reaches a deployment. */
export function crossingOf({ surface, translation }: Exchange, { provider }: Candidate): Crossing {
  if (provider.dialect === surface.dialect) return passthrough;
  if (translation === null) throw new Error('dispatch before translation');
  return translation;
}
