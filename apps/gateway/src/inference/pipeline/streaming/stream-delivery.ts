import type { ServerResponse } from 'node:http';

import type { JsonArrayFraming } from '@tollgate/providers';

/** Before the commit no more than this is held back for a failover; then the answer is committed as it is. */
const MAX_HELD_FRAMES = 64;
const MAX_HELD_BYTES = 256 * 1024;
/** After so long without content the headers go out, and then a heartbeat each time, so that no proxy gives up. */
const HEARTBEAT_MS = 10_000;

/** What a stream's pieces look like on their way out. */
export interface StreamFrames {
  /** An event that says nothing. */
  readonly heartbeat: Buffer;
  readonly framing: JsonArrayFraming | null;
}

/**
 * The client's side of a stream. Until the commit, frames are held back so that another deployment may still answer
 * instead; afterwards they go straight through. Headers may leave before the commit, when the provider is slow.
 */
export class StreamDelivery {
  private held: Buffer[] | null = [];
  private heldBytes = 0;
  private heartbeat: NodeJS.Timeout | null;
  /** Set when the client does not read as fast as the provider writes. */
  blocked = false;

  constructor(
    private readonly response: ServerResponse,
    private readonly frames: StreamFrames,
    private readonly writeHead: () => void,
  ) {
    // what says nothing has no clock: of two rivals' deliveries one beats, and nobody would stop the other's
    this.heartbeat = frames.heartbeat.length === 0 ? null : setInterval(() => this.beat(), HEARTBEAT_MS);
  }

  get committed(): boolean {
    return this.held === null;
  }

  /** Whoever writes has to commit then. */
  get holdsTooMuch(): boolean {
    return this.held !== null && (this.held.length >= MAX_HELD_FRAMES || this.heldBytes >= MAX_HELD_BYTES);
  }

  write(events: Buffer): void {
    if (this.held === null) return this.send(events);
    this.held.push(events);
    this.heldBytes += events.length;
  }

  /** From here on this attempt is the answer. */
  commit(): void {
    if (this.held === null) return;
    const held = this.held;
    this.held = null;
    this.stopHeartbeat();
    if (!this.response.headersSent) this.writeHead();
    for (const events of held) this.send(events);
  }

  /** Framed only here: what was held and is forgotten has no place in the frame. */
  private send(events: Buffer): void {
    const bytes = this.frames.framing?.write(events) ?? events;
    if (!this.response.write(bytes)) this.blocked = true;
  }

  /** Forgets what a failed attempt has said; the next one starts afresh. */
  discardHeld(): void {
    this.held = [];
    this.heldBytes = 0;
  }

  stopHeartbeat(): void {
    if (this.heartbeat !== null) clearInterval(this.heartbeat);
    this.heartbeat = null;
  }

  private beat(): void {
    if (!this.response.headersSent) this.writeHead();
    const { framing, heartbeat } = this.frames;
    this.response.write(framing?.write(heartbeat) ?? heartbeat);
  }
}
