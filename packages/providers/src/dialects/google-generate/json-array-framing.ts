const BEGIN = Buffer.from('[');
const NEXT = Buffer.from(',\r\n');
const END = Buffer.from(']');
const EMPTY = Buffer.from('[]');

/**
 * Turns whole events, as this dialect's writers and forwarders give them, into pieces of the JSON array that a client gets who
 * did not ask for events (`alt=sse`). Comments, which keep connections open, become white space.
 */
export class JsonArrayFraming {
  #begun = false;

  /** @param events whole events, one or more. */
  write(events: Buffer): Buffer {
    const pieces: Buffer[] = [];
    for (const line of events.toString().split(/\r?\n/)) {
      if (line.startsWith(':')) pieces.push(Buffer.from('\n'));
      if (!line.startsWith('data:')) continue;
      pieces.push(this.#begun ? NEXT : BEGIN, Buffer.from(line.slice('data:'.length).trim()));
      this.#begun = true;
    }
    return Buffer.concat(pieces);
  }

  /** What ends the array. */
  end(): Buffer {
    return this.#begun ? END : EMPTY;
  }
}
