import type { Picos } from '@tollgate/domain';

/** What admission counts for an organization that pays beforehand, at this instant. US dollars. */
export interface LiveBalance {
  /** What is set aside for requests that run. */
  readonly held: Picos;
  /** What the next request may cost at most: nothing is refused for its balance up to it. Below zero after an overrun. */
  readonly available: Picos;
}

/**
 * What the inference half counts, for the management API of the same process: neither imports the other. A gateway without
 * inference has none.
 */
export abstract class AdmissionInspector {
  /** `null`: the organization pays afterwards, or there is none. */
  abstract balanceOf(organizationId: string): Promise<LiveBalance | null>;
}
