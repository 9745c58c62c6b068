import type { KeptReasoning } from '@tollgate/providers';

type MaybePromise<T> = T | Promise<T>;

/**
 * What models thought before they called tools, for clients whose dialect cannot carry it back: it waits under the ids of
 * the calls and is put back on the next turn. Short-lived; when it is gone, that turn goes without.
 */
export interface ReasoningStore {
  put(organizationId: string, kept: KeptReasoning): void;
  /** By tool-call id; what is not there, or is another organization's, is left out. */
  find(organizationId: string, toolCallIds: readonly string[]): MaybePromise<ReadonlyMap<string, KeptReasoning>>;
}
