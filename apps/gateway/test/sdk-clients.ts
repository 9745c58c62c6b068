import { schemaErrors } from '@tollgate/testing/openai-schemas';
import OpenAI from 'openai';

import type { RunningProduct } from './running-product.js';

/** OpenAI's SDK as a user makes it: with a key of the product and its address. */
export function openAiClient({ apiKey, baseUrl }: RunningProduct, key = apiKey): OpenAI {
  return new OpenAI({ apiKey: key, baseURL: baseUrl, maxRetries: 0 });
}

/** Where an answer departs from what OpenAI publishes; what the gateway adds in a place of its own counts too. */
export function departures(definition: string, answers: readonly unknown[]): readonly string[] {
  return answers.flatMap((answer) => schemaErrors(definition, answer));
}
