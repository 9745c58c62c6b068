import { METERS } from '@tollgate/domain';
import type { Meter } from '@tollgate/domain';

/**
 * Under which other meter's price a quantity is rated when its own meter has none, nearest first: a cached token as an
 * uncached one, reasoning as output, audio and images as text. Meters of another unit (milliseconds, pages, searches)
 * never stand in for one another: without their own price they are unpriced.
 */
const FALLBACKS: Readonly<Record<Meter, readonly Meter[]>> = {
  input: [],
  input_cache_read: ['input'],
  input_cache_write_5m: ['input_cache_write_1h', 'input'],
  input_cache_write_1h: ['input_cache_write_5m', 'input'],
  input_audio: ['input'],
  input_audio_cache_read: ['input_audio', 'input_cache_read', 'input'],
  input_image: ['input'],
  output: [],
  output_reasoning: ['output'],
  output_audio: ['output'],
  output_image: ['output'],
  image: [],
  audio_ms: [],
  character: [],
  request: [],
  web_search: [],
  search_unit: [],
  page: [],
  video_ms: [],
};

/** The meter itself, then the meters whose price may stand in for it. */
export function pricingMeters(meter: Meter): readonly Meter[] {
  return [meter, ...FALLBACKS[meter]];
}

/** `input` for every kind of input token, `output` for every kind of output token, else the meter itself. */
export function tokenFamily(meter: Meter): Meter {
  if (meter.startsWith('input')) return 'input';
  return meter.startsWith('output') ? 'output' : meter;
}

/** How many meters a family has: so many lines can be rated from its tokens. */
export function familySize(family: Meter): number {
  return METERS.filter((meter) => tokenFamily(meter) === family).length;
}
