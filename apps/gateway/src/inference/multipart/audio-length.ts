import { parseStream } from 'music-metadata';

import type { UploadedFile } from './uploaded-file.js';

/** How long audio is, milliseconds. */
export interface AudioLength {
  readonly milliseconds: number;
  /** Read from the file; otherwise it is only certain that the audio is no longer. */
  readonly measured: boolean;
}

const MAX_MEASURING_MS = 5000;
/** The lowest bitrate that any codec in use goes down to (Opus, speech): 6 kbit/s. */
const LOWEST_BYTES_PER_SECOND = 750;
/** No audio has more: 192 kHz in 32 bits on eight channels. A header that says less of length than this is a lie. */
const HIGHEST_BYTES_PER_SECOND = 192_000 * 4 * 8;

/**
 * Measures audio by its headers; nothing is decoded. What cannot be told in time, or is not plausible, is bounded by the
 * bytes.
 */
export async function audioLength(file: UploadedFile, contentType: string, filename: string): Promise<AudioLength> {
  const seconds = await measuredSeconds(file, contentType, filename);
  const plausible = seconds !== null && file.bytes / seconds <= HIGHEST_BYTES_PER_SECOND;
  if (plausible) return { milliseconds: Math.ceil(seconds * 1000), measured: true };
  return { milliseconds: Math.ceil((file.bytes / LOWEST_BYTES_PER_SECOND) * 1000), measured: false };
}

async function measuredSeconds(file: UploadedFile, contentType: string, filename: string): Promise<number | null> {
  const stream = file.read();
  const timer = setTimeout(() => stream.destroy(new Error('measuring took too long')), MAX_MEASURING_MS);
  try {
    const { format } = await parseStream(
      stream,
      { mimeType: contentType, path: filename, size: file.bytes },
      { duration: false, skipCovers: true, skipPostHeaders: true },
    );
    const { duration, container, sampleRate, bitsPerSample, numberOfChannels } = format;
    if (container === 'WAVE' && format.lossless === true && sampleRate && bitsPerSample && numberOfChannels) {
      // a WAVE file that was streamed says nothing of its length, or anything; its bytes tell
      const held = file.bytes / ((sampleRate * bitsPerSample * numberOfChannels) / 8);
      return duration !== undefined && duration > 0 && duration <= held ? duration : held;
    }
    return duration !== undefined && duration > 0 && Number.isFinite(duration) ? duration : null;
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
    stream.destroy();
  }
}
