import type { BookedEvent } from './booked-event.js';

/** An event that has been rated, with its record as it came. */
export interface RatedEvent {
  readonly payload: string;
  readonly booked: BookedEvent;
}
