import type { OfferedModel } from '../../provider-declaration.js';
import { servesFeature } from '../serves-feature.js';

/** These speak or search, and answer in chat completions only; source: the pages of the models under platform.openai.com/docs/models. */
const CHAT_ONLY = /-(?:audio|search)-|^gpt-audio/;
const namesResponses = servesFeature('responses');

/** All other models of conversations answer as responses too. */
export function servesResponses(model: OfferedModel): boolean {
  if (model.features.includes('chat')) return !CHAT_ONLY.test(model.name);
  return namesResponses(model);
}
