import { isRecord, type JsonRecord } from '../../json.js';
import type { ReadUsage } from '../../reported-usage.js';
import { CountReader, readTokenUsage } from '../read-token-usage.js';

/**
 * What a transcript says of its bill: by tokens (`gpt-4o-transcribe`), by seconds (Whisper: `usage` of the type
 * `duration`; Mistral: `prompt_audio_seconds`, whose tokens beside it are not billed), or by the `duration` of a verbose
 * answer. `null` where it says nothing: the audio's own length is what is billed then.
 */
export function readTranscriptionUsage(document: JsonRecord): ReadUsage | null {
  const raw = isRecord(document['usage']) ? document['usage'] : null;
  const reader = new CountReader();
  if (raw !== null) {
    const ms =
      reader.milliseconds(raw, 'seconds') ??
      reader.milliseconds(raw, 'prompt_audio_seconds') ??
      reader.milliseconds(raw, 'duration');
    if (ms !== null) return reader.result({ audio_ms: ms });
    const tokens = readTokenUsage(raw);
    if (tokens !== null) return tokens;
  }
  const ms = textDuration(document) ?? reader.milliseconds(document, 'duration');
  return ms === null ? null : reader.result({ audio_ms: ms });
}

/** OpenAI has written `duration` as a text for years, and its SDK still knows it so. */
function textDuration(document: JsonRecord): number | null {
  const { duration } = document;
  if (typeof duration !== 'string' || !/^\d{1,9}(?:\.\d+)?$/.test(duration)) return null;
  return Math.round(Number(duration) * 1000);
}

/** Audio of a measured length, billed at least for so many milliseconds a request (Groq: 10,000). */
export function usageOfDuration(audioMs: number, leastMs = 0): ReadUsage {
  return { usage: { audio_ms: Math.max(Math.round(audioMs), leastMs) }, reportedCost: null, problem: null };
}
