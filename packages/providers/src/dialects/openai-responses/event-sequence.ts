import type { JsonRecord } from '../../json.js';
import { ContentFrame } from '../../streaming/content-frame.js';

const NUMBER = ',"sequence_number":';
const END = '}\n\n';

/** The events of one text: see `deltaOf`. */
export interface Delta {
  readonly head: string;
  frame: ContentFrame | null;
}

/** Writes events with their numbers. */
export class EventSequence {
  #next = 0;

  event(type: string, fields: JsonRecord): string {
    return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields, sequence_number: this.#next++ })}\n\n`;
  }

  /** An event of which all but the text was made before. */
  delta({ head }: Delta, text: string): string {
    return `${head}${JSON.stringify(text)}${NUMBER}${this.#next++}${END}`;
  }

  /** The same as bytes. */
  deltaBytes(delta: Delta, text: string): Buffer {
    delta.frame ??= new ContentFrame(delta.head, NUMBER);
    return delta.frame.bytes(text, `${this.#next++}${END}`);
  }

  /** The number for an event that is written elsewhere. */
  take(): number {
    return this.#next++;
  }
}

/** What the events of one text repeat: it is longer than what most of them say. */
export function deltaOf(type: string, fields: JsonRecord): Delta {
  return { head: `event: ${type}\ndata: ${JSON.stringify({ type, ...fields }).slice(0, -1)},"delta":`, frame: null };
}
