import type { OperationTarget } from '../../operation-dialect.js';

const HOSTED = /\/retrieval$/;

/**
 * Containers rank at `/v1/ranking`. What NVIDIA hosts lies on another host than its other models, at a path of each model's
 * own in which underscores stand for dots: a base URL `https://ai.api.nvidia.com/v1/retrieval`. Source:
 * docs.api.nvidia.com/nim/reference/nvidia-llama-3_2-nv-rerankqa-1b-v2-infer.
 */
export function placeRanking(path: string, { basePath = '', model }: OperationTarget): string {
  if (!HOSTED.test(basePath)) return path;
  return `/${model.replaceAll('.', '_').split('/').map(encodeURIComponent).join('/')}/reranking`;
}
