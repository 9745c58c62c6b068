import type { Journal } from '@tollgate/journal';

const RETRY_MS = 1_000;
/** What the memory may hold of events that the disk would not take; more of them are lost, and counted. */
const MAX_WAITING_CHARACTERS = 64 * 1024 * 1024;

/**
 * Writes usage events to the journal. Those that it cannot take, because the disk is full or failing, wait in memory and
 * are written as soon as it can again: their requests have been served, so their usage must not be forgotten.
 */
export class EventOutbox {
  private waiting: string[] = [];
  private waitingCharacters = 0;
  private retry: NodeJS.Timeout | null = null;
  private closed = false;

  constructor(
    private readonly journal: Journal,
    private readonly onLost: () => void,
  ) {}

  /** `done` runs when the event is written, or has been kept for later. */
  write(event: string, done: () => void): void {
    this.journal.append(event, (error) => {
      if (error !== null) this.keep(event);
      done();
    });
  }

  /**
   * Tries once more to write what waits, before the journal is closed; events that come later are not kept any more.
   * Returns how many events this has lost, each of which was counted.
   */
  async close(): Promise<number> {
    // the journal answers by the end of this turn: then whatever was written before is on it or waits
    await new Promise((resolve) => setImmediate(resolve));
    if (this.retry !== null) clearTimeout(this.retry);
    this.closed = true;
    const events = this.waiting;
    this.waiting = [];
    this.waitingCharacters = 0;
    let lost = 0;
    // one after the other, so that as many are written as there is room for
    for (const event of events) {
      if (await this.isWritten(event)) continue;
      lost += 1;
      this.onLost();
    }
    return lost;
  }

  private isWritten(event: string): Promise<boolean> {
    return new Promise((resolve) => this.journal.append(event, (error) => resolve(error === null)));
  }

  private keep(event: string): void {
    if (this.closed || this.waitingCharacters + event.length > MAX_WAITING_CHARACTERS) return this.onLost();
    this.waiting.push(event);
    this.waitingCharacters += event.length;
    this.retry ??= setTimeout(() => this.writeWaiting(), RETRY_MS);
  }

  private writeWaiting(): void {
    const events = this.waiting;
    this.retry = null;
    this.waiting = [];
    this.waitingCharacters = 0;
    for (const event of events) this.write(event, () => undefined);
  }
}
