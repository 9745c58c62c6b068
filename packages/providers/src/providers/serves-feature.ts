import type { OfferedModel } from '../provider-declaration.js';

const ENDPOINTS: readonly string[] = ['chat', 'responses', 'completions'];

/** By the features of the catalogue; a model that it does not know, or knows no endpoint of, may answer anywhere. */
export function servesFeature(feature: 'chat' | 'responses' | 'completions'): (model: OfferedModel) => boolean {
  return ({ features }) => features.includes(feature) || !features.some((known) => ENDPOINTS.includes(known));
}
