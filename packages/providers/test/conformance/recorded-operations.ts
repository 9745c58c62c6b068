import type { ProviderId } from '../../src/provider-id.js';
import type { AnyProviderOperation, OperationKind } from '../../src/operations/registry.js';
import { recordings } from '../recorded-exchanges.js';

const NAMES: Partial<Readonly<Record<OperationKind, RegExp>>> = {
  embeddings: /\/embed(?:\.b64)?\.json$/,
  rerank: /\/rerank\.json$/,
  images: /\/image\.json$/,
  transcription: /\/transcription\.json$/,
};
const FOLDERS: Partial<Readonly<Record<ProviderId, string>>> = { 'google-gemini': 'gemini' };

/** The features of an operation of which a recorded exchange with this provider was read. */
export function recordedOperations(
  provider: ProviderId,
  kind: OperationKind,
  operation: AnyProviderOperation,
): ReadonlySet<string> {
  const found = new Set<string>();
  const name = NAMES[kind];
  const folder = FOLDERS[provider] ?? provider;
  for (const { name: file, response } of recordings) {
    if (name === undefined || !file.startsWith(`${folder}/`) || !name.test(file)) continue;
    const facts = operation.readFacts(Buffer.from(JSON.stringify(response.body)), {
      model: 'm',
      format: 'json',
      size: null,
      quality: null,
    } as never);
    if (!facts.valid) continue;
    const what =
      { embeddings: file.includes('b64') ? 'base64' : 'floats', rerank: 'version 2', images: 'picture' }[
        kind as string
      ] ?? 'json';
    found.add(what);
    if (facts.usage !== null && facts.usage.problem === null) found.add('usage');
  }
  return found;
}
