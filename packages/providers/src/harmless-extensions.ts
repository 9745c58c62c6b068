import type { ClientDialectId } from './dialect-id.js';

const OPENAI_CHAT = [
  'metadata',
  'store',
  'prediction',
  'prompt_cache_key',
  'prompt_cache_retention',
  'safety_identifier',
  'stream_options',
];

/**
 * Parameters without a neutral name that only say how the provider shall go about it, what it shall keep, and what of the
 * history it may forget: leaving them out changes no answer.
 */
const HARMLESS: Readonly<Record<ClientDialectId, ReadonlySet<string>>> = {
  'openai-chat': new Set(OPENAI_CHAT),
  'openai-completions': new Set(OPENAI_CHAT),
  // what is included stands beside the answer, and calls are counted only of tools that are reported by themselves
  'openai-responses': new Set([
    ...OPENAI_CHAT,
    'client_metadata',
    'context_management',
    'include',
    'max_tool_calls',
    'prompt_cache_options',
    'reasoning',
    'truncation',
  ]),
  'anthropic-messages': new Set([
    'cache_control',
    'context_management',
    'metadata',
    'inference_geo',
    'speed',
    'diagnostics',
    'betas',
  ]),
  'google-generate': new Set(['labels', 'safetySettings', 'toolConfig.functionCallingConfig.mode']),
};

export function isHarmless(dialect: ClientDialectId, extension: string): boolean {
  return HARMLESS[dialect].has(extension);
}
