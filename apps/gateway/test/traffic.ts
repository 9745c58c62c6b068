import { randomUUID } from 'node:crypto';

import type { RunningProduct } from './running-product.js';

/** What one request came to, as its client saw it. */
export interface Sent {
  /** Sent as `user`: the provider sees it, and the books have it as the end user. */
  readonly user: string;
  readonly model: string;
  readonly stream: boolean;
  /** From the answer's headers; null when none came. */
  readonly requestId: string | null;
  readonly status: number;
  /** The whole answer was received: of a stream, up to its last frame. */
  readonly complete: boolean;
  /** For messages about failures. */
  readonly text: string;
}

/** Numbers between 0 and 1 that a seed decides. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const MODELS = ['gpt-4o-mini', 'gpt-4o-mini', 'gpt-4o-mini', 'sandbox/slow-100ms', 'sandbox/stream-20x10ms'];
const PAUSE_AFTER_FAILURE_MS = 30;

/** Clients that send one request after the other, streamed and not, until they are told to stop. */
export class Traffic {
  readonly sent: Sent[] = [];
  private stopping = false;
  private clients: Promise<void>[] = [];

  constructor(
    private readonly product: RunningProduct,
    private readonly random: () => number,
  ) {}

  start(clients: number): void {
    this.stopping = false;
    this.clients = Array.from({ length: clients }, () => this.client());
  }

  /** Lets the requests that run come to their end. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.clients);
  }

  private async client(): Promise<void> {
    while (!this.stopping) {
      const model = MODELS[Math.floor(this.random() * MODELS.length)] ?? 'gpt-4o-mini';
      const sent = await send(this.product, { model, stream: this.random() < 0.5 });
      this.sent.push(sent);
      if (!sent.complete) await new Promise((resolve) => setTimeout(resolve, PAUSE_AFTER_FAILURE_MS));
    }
  }
}

/** Sends one request and reads its answer to the end, whatever that is. Never throws. */
export async function send(
  product: RunningProduct,
  { model, stream, key = product.apiKey }: { model: string; stream: boolean; key?: string },
): Promise<Sent> {
  const user = randomUUID();
  let requestId: string | null = null;
  let status = 0;
  let text = '';
  try {
    const response = await fetch(`${product.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: JSON.stringify({ model, stream, user, messages: [{ role: 'user', content: 'What is a toll?' }] }),
    });
    requestId = response.headers.get('x-request-id');
    status = response.status;
    const decoder = new TextDecoder();
    // what came before a cut is kept
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk as Uint8Array, { stream: true });
    const complete = status === 200 && (stream ? text.endsWith('data: [DONE]\n\n') : text.endsWith('}'));
    return { user, model, stream, requestId, status, complete, text };
  } catch (error) {
    return { user, model, stream, requestId, status, complete: false, text: text + String(error) };
  }
}
