import type { JsonRecord } from '../../json.js';

/** Writes events with their numbers. */
export class EventSequence {
  #next = 0;

  event(type: string, fields: JsonRecord): string {
    return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields, sequence_number: this.#next++ })}\n\n`;
  }

  /** An event of which all but the text was made before: see `deltaHead`. */
  delta(head: string, text: string): string {
    return `${head}${JSON.stringify(text)},"sequence_number":${this.#next++}}\n\n`;
  }

  /** The number for an event that is written elsewhere. */
  take(): number {
    return this.#next++;
  }
}

/** What the events of one text repeat: it is longer than what most of them say. */
export function deltaHead(type: string, fields: JsonRecord): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields }).slice(0, -1)},"delta":`;
}
