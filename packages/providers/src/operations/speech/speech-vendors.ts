import { Losses } from '../../inexpressible.js';
import type { ProviderOperation } from '../../operation-dialect.js';
import { openaiSpeech, type Speech, type SpeechRequest } from './speech.js';

/** How a vendor's speech differs from OpenAI's. It answers with plain bytes, and bills characters. */
export interface SpeechVendor {
  /** Of OpenAI's formats, those that it writes, in its words. */
  readonly formats: Readonly<Partial<Record<NonNullable<SpeechRequest['format']>, string>>>;
  /** Fields of its own that clients may send. */
  readonly own: readonly string[];
}

/** Groq's from console.groq.com/docs/api-reference#audio-speech; DeepInfra says no more than that it speaks OpenAI's. */
export const SPEECH_VENDORS = {
  groq: { formats: { mp3: 'mp3', wav: 'wav', flac: 'flac', opus: 'ogg' }, own: ['sample_rate'] },
  deepinfra: {
    formats: { mp3: 'mp3', opus: 'opus', flac: 'flac', wav: 'wav', pcm: 'pcm' },
    own: [],
  },
} as const satisfies Readonly<Record<string, SpeechVendor>>;

/** Speech of a vendor that speaks OpenAI's format with words of its own. */
export function speechOfVendor(vendor: SpeechVendor): ProviderOperation<SpeechRequest, Speech> {
  return {
    ...openaiSpeech,
    buildRequest(request, target) {
      const losses = new Losses();
      const { input, voice, instructions, format, speed, streamAs, extensions } = request;
      if (instructions !== null) losses.unsupported('instructions', 'other-answer');
      if (streamAs === 'events') losses.unsupported('stream_format', 'impossible');
      const written = format === null ? null : (vendor.formats[format] ?? null);
      if (format !== null && written === null) losses.unsupported('response_format', 'other-answer');
      const body: Record<string, unknown> = {
        model: target.model,
        input,
        voice,
        ...(written !== null && { response_format: written }),
        ...(speed !== null && { speed }),
      };
      for (const [name, value] of Object.entries(extensions)) {
        if (vendor.own.includes(name)) body[name] = value;
        else losses.unsupported(name, 'other-answer');
      }
      return { path: '/audio/speech', body, inexpressible: losses.list() };
    },
  };
}
