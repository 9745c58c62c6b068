import type { IncomingMessage } from 'node:http';

import { anthropicMessages } from './anthropic-messages.js';
import { googleGenerate } from './google-generate.js';
import { openAiChat } from './openai-chat.js';
import type { Surface } from './surface.js';

/** Whose SDKs a client comes with: it decides the shape of what is no inference, errors above all. */
export type ClientFamily = 'openai' | 'anthropic' | 'google';

const GOOGLES = /^\/(google\/|v1beta\b|v1\/models\/[^?]*:(generateContent|streamGenerateContent|countTokens)\b)/;

/** As far as the request shows one; most speak OpenAI's shapes. */
export function familyOf({ url = '', headers }: IncomingMessage): ClientFamily {
  if (/^\/(anthropic\/|v1\/messages\b)/.test(url) || headers['anthropic-version'] !== undefined) return 'anthropic';
  if (GOOGLES.test(url) || headers['x-goog-api-client'] !== undefined) return 'google';
  return 'openai';
}

const SURFACES: Readonly<Record<ClientFamily, Pick<Surface, 'errorBody' | 'requestIdHeader'>>> = {
  openai: openAiChat,
  anthropic: anthropicMessages,
  google: googleGenerate,
};

/** How the gateway speaks of errors to whoever sent the request. */
export function errorShapeFor(request: IncomingMessage): Pick<Surface, 'errorBody' | 'requestIdHeader'> {
  return SURFACES[familyOf(request)];
}
