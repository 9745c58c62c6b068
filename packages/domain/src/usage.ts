/**
 * Usage is one vector of **disjoint** meters: added up, they give what the provider reported. OpenAI counts cached
 * tokens inside the input, Anthropic outside; adapters make them disjoint before anything else sees them.
 */
export const METERS = [
  'input',
  'input_cache_read',
  'input_cache_write_5m',
  'input_cache_write_1h',
  'input_audio',
  'input_audio_cache_read',
  'input_image',
  'output',
  'output_reasoning',
  'output_audio',
  'output_image',
  'image',
  'audio_ms',
  'character',
  'request',
  'web_search',
  'search_unit',
  'page',
  'video_ms',
] as const;

export type Meter = (typeof METERS)[number];

/** Quantities by meter, whole numbers. An absent meter was not reported, which is not the same as zero. */
export type Usage = Readonly<Partial<Record<Meter, number>>>;

/** Where the quantities come from. `recovered`: read from the upstream after the client had left. */
export type UsageSource = 'reported' | 'recovered' | 'estimated' | 'none';

/** Above this no honest provider reports anything for one request; more is quarantined, not billed. */
export const MAX_QUANTITY = 1_000_000_000_000;

const INPUT_METERS: readonly Meter[] = METERS.filter((meter) => meter.startsWith('input'));
const OUTPUT_METERS: readonly Meter[] = METERS.filter((meter) => meter.startsWith('output'));
const KNOWN = new Set<string>(METERS);

export function isMeter(name: string): name is Meter {
  return KNOWN.has(name);
}

/** Whether the meter counts tokens: what went in and what came out. The others count what is sold by the piece. */
export function isTokenMeter(meter: Meter): boolean {
  return INPUT_METERS.includes(meter) || OUTPUT_METERS.includes(meter);
}

/** All tokens that went in, cached or not. */
export function inputTokens(usage: Usage): number {
  return sum(usage, INPUT_METERS);
}

/** All tokens that came out, reasoning included. */
export function outputTokens(usage: Usage): number {
  return sum(usage, OUTPUT_METERS);
}

function sum(usage: Usage, meters: readonly Meter[]): number {
  let total = 0;
  for (const meter of meters) total += usage[meter] ?? 0;
  return total;
}

/** What is wrong with a usage vector from outside, or `null` when every quantity is a whole number in range. */
export function usageProblem(usage: Readonly<Record<string, unknown>>): string | null {
  for (const [meter, quantity] of Object.entries(usage)) {
    if (!isMeter(meter)) return `unknown meter ${JSON.stringify(meter)}`;
    if (!Number.isSafeInteger(quantity) || (quantity as number) < 0 || (quantity as number) > MAX_QUANTITY) {
      return `${meter} is not a whole number between 0 and ${MAX_QUANTITY}`;
    }
  }
  return null;
}
