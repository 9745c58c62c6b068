import type { ClientDialectId, ClientOperationId } from '@tollgate/providers';

type SurfaceId = ClientDialectId | ClientOperationId;

/** A surface that is added does not compile until it is here. */
const SURFACES: Readonly<Record<SurfaceId, true>> = {
  'openai-chat': true,
  'openai-responses': true,
  'openai-completions': true,
  'anthropic-messages': true,
  'google-generate': true,
  'openai-embeddings': true,
  'rerank-v1': true,
  'rerank-v2': true,
  'openai-images': true,
  'openai-image-edits': true,
  'openai-speech': true,
  'openai-transcription': true,
  'openai-translation': true,
  'openai-moderations': true,
};

export const isSurface = (name: string): name is SurfaceId => Object.hasOwn(SURFACES, name);

export const SURFACE_NAMES = Object.keys(SURFACES).join(', ');
