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

  private keep(event: string): void {
    if (this.waitingCharacters + event.length > MAX_WAITING_CHARACTERS) return this.onLost();
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
