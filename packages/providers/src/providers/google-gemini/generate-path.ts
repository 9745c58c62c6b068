import type { EndpointRequest } from '../../provider-declaration.js';

/** Streams are asked for by another method, and as server-sent events; names may be given as the list has them. */
export function generatePath({ upstreamModel, stream }: Pick<EndpointRequest, 'upstreamModel' | 'stream'>): string {
  const model = encodeURIComponent(upstreamModel.replace(/^models\//, ''));
  return `/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`;
}
