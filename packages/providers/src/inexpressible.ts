import { type RequestProblem } from './request-problem.js';

/**
 * What leaving it out means: `harmless` nothing for the answer (caching, tiers, labels, how much to think), `other-answer`
 * that the client may get something else than it asked for, `impossible` that nothing sensible would be left to send.
 */
export type LeavingOut = 'harmless' | 'other-answer' | 'impossible';

/** Something that the client said and the target cannot be told. */
export interface Inexpressible {
  /** As the client named it. */
  readonly param: string;
  /** For the client; a sentence. */
  readonly message: string;
  readonly leavingOut: LeavingOut;
}

/** What a key wants done with parameters that the target cannot express. */
export type UnsupportedParameters = 'refuse' | 'drop';

/** Collects what cannot be said while a request is being written. */
export class Losses {
  readonly #found = new Map<string, Inexpressible>();

  add(param: string, message: string, leavingOut: LeavingOut): void {
    if (!this.#found.has(param)) this.#found.set(param, { param, message, leavingOut });
  }

  /** For what has a counterpart nowhere: the sentence is made from the name. */
  unsupported(param: string, leavingOut: LeavingOut): void {
    this.add(param, `The target model does not support '${param}'.`, leavingOut);
  }

  list(): readonly Inexpressible[] {
    return [...this.#found.values()];
  }
}

/** The refusal that the policy demands, for the first offender; `null` when all may be dropped. */
export function refusalOf(found: readonly Inexpressible[], policy: UnsupportedParameters): RequestProblem | null {
  const offender = found.find(
    ({ leavingOut }) => leavingOut === 'impossible' || (leavingOut === 'other-answer' && policy === 'refuse'),
  );
  if (offender === undefined) return null;
  return { code: 'caller_unsupported_parameter', message: offender.message, param: offender.param };
}

/** The names for the response header that says what was dropped, each once. */
export function droppedParameters(found: readonly Inexpressible[]): readonly string[] {
  return [...new Set(found.map(({ param }) => param))];
}
