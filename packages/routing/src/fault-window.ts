const SLOTS = 5;
const SLOT_MS = 4_000;
const LEAST_ATTEMPTS = 10;
const BAD_SHARE = 0.5;

/** Attempts of the last 16 to 20 seconds and how many of them failed, in slots of four seconds. */
export class FaultWindow {
  private readonly attempts = new Int32Array(SLOTS);
  private readonly faults = new Int32Array(SLOTS);
  private allAttempts = 0;
  private allFaults = 0;
  private slot = 0;

  add(now: number, failed: boolean): void {
    this.advance(Math.floor(now / SLOT_MS));
    const at = this.slot % SLOTS;
    this.attempts[at] = (this.attempts[at] ?? 0) + 1;
    this.allAttempts++;
    if (!failed) return;
    this.faults[at] = (this.faults[at] ?? 0) + 1;
    this.allFaults++;
  }

  /** Whether at least half of at least ten attempts failed. To be asked right after `add`. */
  get isBad(): boolean {
    return this.allAttempts >= LEAST_ATTEMPTS && this.allFaults >= this.allAttempts * BAD_SHARE;
  }

  clear(): void {
    this.attempts.fill(0);
    this.faults.fill(0);
    this.allAttempts = 0;
    this.allFaults = 0;
  }

  private advance(slot: number): void {
    if (slot <= this.slot) return;
    if (slot - this.slot >= SLOTS) this.clear();
    else for (let next = this.slot + 1; next <= slot; next++) this.empty(next % SLOTS);
    this.slot = slot;
  }

  private empty(at: number): void {
    this.allAttempts -= this.attempts[at] ?? 0;
    this.allFaults -= this.faults[at] ?? 0;
    this.attempts[at] = 0;
    this.faults[at] = 0;
  }
}
