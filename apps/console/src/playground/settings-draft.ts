import type { Effort, Settings } from './request-body.js';

/** The fields as they are typed; what is empty is left to the provider. */
export interface SettingsDraft {
  readonly system: string;
  readonly temperature: string;
  readonly maxTokens: string;
  readonly effort: Effort | '';
}

export const EMPTY_SETTINGS: SettingsDraft = { system: '', temperature: '', maxTokens: '', effort: '' };

export const MAX_TEMPERATURE = 2;

/** Null where a number is none, or out of range: then nothing is sent. */
export function readSettings({ system, temperature, maxTokens, effort }: SettingsDraft): Settings | null {
  const heat = temperature === '' ? null : Number(temperature);
  const cap = maxTokens === '' ? null : Number(maxTokens);
  if (heat !== null && !(heat >= 0 && heat <= MAX_TEMPERATURE)) return null;
  if (cap !== null && !(Number.isSafeInteger(cap) && cap >= 1)) return null;
  return { system: system.trim(), temperature: heat, maxTokens: cap, effort: effort === '' ? null : effort };
}
