import type { PlaygroundKey } from '@tollgate/wire';
import { useCallback, useRef } from 'react';
import { callOperation } from '../api/call-operation.js';

/** A secret that ends within this time is replaced before it is used. */
const RENEW_MS = 120_000;

/** Gets the secret for a project's playground when one is needed, and keeps it in memory until it ends. */
export function usePlaygroundSecret(projectId: string | null): (unpricedModels: boolean) => Promise<PlaygroundKey> {
  const kept = useRef(new Map<string, PlaygroundKey>());
  return useCallback(
    async (unpricedModels) => {
      if (projectId === null) throw new Error('there is no project');
      const name = `${projectId} ${String(unpricedModels)}`;
      const known = kept.current.get(name);
      if (known !== undefined && Date.parse(known.expiresAt) > Date.now() + RENEW_MS) return known;
      const key = await callOperation('openPlayground', { params: { projectId }, body: { unpricedModels } });
      kept.current.set(name, key);
      return key;
    },
    [projectId],
  );
}
