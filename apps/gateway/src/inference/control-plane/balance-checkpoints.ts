import type { Picos } from '@tollgate/domain';

/** Four and a half million dollars: half of what a double counts exactly in nanounits. */
const STEP_PICOS = 2n ** 52n * 1_000n;

/**
 * From where on the money of each organization is counted in this process. What it was ever charged grows without end,
 * and admission's counters are doubles; what can be used is a difference, so that both sides leave out the same whole
 * steps.
 */
export class BalanceCheckpoints {
  private readonly known = new Map<string, Picos>();

  /** @param captured what the organization was charged, ever, when it is asked for the first time. */
  of(organizationId: string, captured: Picos): Picos {
    let checkpoint = this.known.get(organizationId);
    if (checkpoint === undefined) {
      checkpoint = captured - (captured % STEP_PICOS);
      this.known.set(organizationId, checkpoint);
    }
    return checkpoint;
  }
}
