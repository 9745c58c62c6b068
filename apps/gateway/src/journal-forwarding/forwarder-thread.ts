import { Worker } from 'node:worker_threads';

import type { Logger } from '@tollgate/telemetry';

import { GatewayStartError } from '../gateway-error.js';
import type { ForwarderData, FromForwarder, ToForwarder } from './forwarder-messages.js';

const RESTART_MS = 1_000;
/** What is not forwarded by then is adopted by the next gateway. */
const DRAIN_MS = 10_000;
/** Batches come and go; a larger nursery would only be memory that the process never gives back. */
const YOUNG_GENERATION_MB = 8;
/** A start that waits says why, and again each time when so much has passed. */
const PATIENCE_MS = 10_000;
/** The last one: whoever started this process is gone. */
const STOP_EVENTS = ['SIGTERM', 'SIGINT', 'disconnect'] as const;

export interface ForwarderThreadOptions extends ForwarderData {
  readonly logger: Logger;
  /** The thread's program; replaced only to rehearse a database that is away. */
  readonly program?: URL;
}

/** The gateway's handle on the thread that carries its journal to Postgres; started again if it dies. */
export class ForwarderThread {
  private directory: string | null = null;
  private stopping = false;
  /** Unix milliseconds of the last trouble, until everything that was written before it is forwarded. */
  private troubledAt: number | null = null;
  private lastForwardedTo: number | null = null;
  private worker: Worker;
  private lastTrouble = 'no word from the forwarder yet';
  private onDrained: (everything: boolean) => void = () => undefined;

  private constructor(
    private readonly options: ForwarderThreadOptions,
    private readonly onAdopted: () => void,
  ) {
    this.worker = this.spawn();
  }

  /**
   * Resolves when the journals of dead gateways are in the inbox: only then is it known what has been spent. That takes
   * for as long as the database is away. @throws GatewayStartError when this process is told to stop in the meantime.
   */
  static async start(options: ForwarderThreadOptions): Promise<ForwarderThread> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const thread = new ForwarderThread(options, resolve);
    const impatience = setInterval(() => {
      options.logger.warn(
        { reason: thread.lastTrouble },
        'the start waits until the journals of dead gateways are forwarded',
      );
    }, PATIENCE_MS);
    const stop = (): void =>
      reject(
        new GatewayStartError(`stopped before the journals of dead gateways were forwarded: ${thread.lastTrouble}`),
      );
    for (const event of STOP_EVENTS) process.on(event, stop);
    try {
      await promise;
      return thread;
    } catch (error) {
      thread.stopping = true;
      await thread.worker.terminate();
      throw error;
    } finally {
      clearInterval(impatience);
      for (const event of STOP_EVENTS) process.off(event, stop);
    }
  }

  /** Whether events reach Postgres; otherwise they wait in the journal. */
  get isForwarding(): boolean {
    return this.troubledAt === null;
  }

  /** Every event written before this instant (Unix milliseconds) is in the inbox or booked. */
  get forwardedTo(): number | null {
    return this.lastForwardedTo;
  }

  follow(directory: string): void {
    this.directory = directory;
    this.tell({ kind: 'follow', directory });
  }

  /** Forwards what remains of a closed journal. Returns whether that is done; it is given up when it takes too long. */
  async drain(): Promise<boolean> {
    this.stopping = true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => resolve(false), DRAIN_MS);
    this.onDrained = resolve;
    this.tell({ kind: 'drain' });
    const everything = await promise;
    clearTimeout(timer);
    await this.worker.terminate();
    return everything;
  }

  private tell(message: ToForwarder): void {
    this.worker.postMessage(message);
  }

  private spawn(): Worker {
    const { journalRoot, databaseUrl } = this.options;
    const workerData: ForwarderData = { journalRoot, databaseUrl };
    const worker = new Worker(this.options.program ?? new URL('./forwarder-main.js', import.meta.url), {
      workerData,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    });
    worker.on('message', (message: FromForwarder) => this.receive(message));
    worker.on('error', (error: Error) => {
      this.lastTrouble = error.message;
      this.options.logger.error({ err: error }, 'the journal forwarder failed');
    });
    worker.on('exit', () => {
      if (this.stopping) this.onDrained(false);
      else setTimeout(() => this.restart(), RESTART_MS);
    });
    return worker;
  }

  private restart(): void {
    if (this.stopping) return;
    this.worker = this.spawn();
    if (this.directory !== null) this.tell({ kind: 'follow', directory: this.directory });
  }

  private receive(message: FromForwarder): void {
    switch (message.kind) {
      case 'adopted':
        if (message.journals > 0) this.options.logger.info({ ...message }, 'adopted the journals of dead gateways');
        return this.onAdopted();
      case 'progress':
        this.lastForwardedTo = message.forwardedTo;
        // silence is no sign of success: a database that is frozen fails a batch only now and then
        if (this.troubledAt !== null && (message.forwardedTo ?? 0) > this.troubledAt) this.troubledAt = null;
        return undefined;
      case 'trouble':
        this.lastTrouble = message.message;
        if (this.isForwarding) this.options.logger.warn({ reason: message.message }, 'usage waits in the journal');
        this.troubledAt = Date.now();
        return undefined;
      case 'drained':
        return this.onDrained(message.everything);
    }
  }
}
