import { openSecret, sealSecret } from '@tollgate/database';
import type { KeptReasoning } from '@tollgate/providers';

import type { ReasoningStore } from './reasoning-store.js';

const TTL_MS = 60 * 60_000;
const MAX_BYTES = 64 * 1024 * 1024;
/** More than this no model thinks in one turn. */
const MAX_ENTRY_BYTES = 4 * 1024 * 1024;

interface Entry {
  readonly sealed: Buffer;
  readonly expiresAt: number;
}

/**
 * Keeps thoughts in the memory of this gateway, encrypted with the master key, for an hour, and no more of them than fit:
 * the oldest leave first.
 */
export class InProcessReasoningStore implements ReasoningStore {
  /** In the order in which they were put, which is that in which they expire. */
  private readonly entries = new Map<string, Entry>();
  private bytes = 0;

  constructor(
    private readonly masterKey: Buffer,
    private readonly now: () => number = () => performance.now(),
    private readonly maxBytes = MAX_BYTES,
  ) {}

  put(organizationId: string, kept: KeptReasoning): void {
    const text = JSON.stringify(kept);
    if (text.length > MAX_ENTRY_BYTES) return;
    for (const toolCallId of kept.toolCallIds) {
      const key = keyOf(organizationId, toolCallId);
      this.remove(key);
      const sealed = sealSecret(this.masterKey, text, key);
      this.entries.set(key, { sealed, expiresAt: this.now() + TTL_MS });
      this.bytes += sealed.length;
    }
    this.prune();
  }

  find(organizationId: string, toolCallIds: readonly string[]): ReadonlyMap<string, KeptReasoning> {
    this.prune();
    const found = new Map<string, KeptReasoning>();
    for (const toolCallId of toolCallIds) {
      const key = keyOf(organizationId, toolCallId);
      const entry = this.entries.get(key);
      if (entry === undefined) continue;
      found.set(toolCallId, JSON.parse(openSecret(this.masterKey, entry.sealed, key)) as KeptReasoning);
    }
    return found;
  }

  private prune(): void {
    const now = this.now();
    for (const [key, { expiresAt }] of this.entries) {
      if (expiresAt > now && this.bytes <= this.maxBytes) return;
      this.remove(key);
    }
  }

  private remove(key: string): void {
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    this.entries.delete(key);
    this.bytes -= entry.sealed.length;
  }
}

/** The organization is part of the key, and of what is authenticated: nobody is given another's. */
function keyOf(organizationId: string, toolCallId: string): string {
  return `${organizationId}\n${toolCallId}`;
}
