import type { Meter, Outcome } from '@tollgate/domain';

const outcome: Record<Outcome, string> = {
  success: 'Success',
  client_left_mid_stream: 'Client left mid-stream',
  client_left_before_first_token: 'Client left before the first token',
  gateway_timeout: 'Timed out',
  upstream_failed: 'Provider failed',
  upstream_cut_mid_stream: 'Provider cut the stream',
  refused: 'Refused',
  output_guardrail_blocked: 'Output blocked',
  cache_hit: 'Cache hit',
  idempotent_replay: 'Replay of an earlier answer',
  hedge_loser: 'Slower twin',
  shadow_copy: 'Shadow copy',
  detached: 'Running on without the client',
  gateway_crashed: 'Gateway ended',
};

/** What each outcome means for the one who reads it. */
const outcomeMeaning: Record<Outcome, string> = {
  success: 'The provider answered and the client received the whole answer.',
  client_left_mid_stream: 'The client closed the connection while the answer was streaming.',
  client_left_before_first_token: 'The client closed the connection before anything had been sent to it.',
  gateway_timeout: 'No provider answered within the time that was allowed.',
  upstream_failed: 'Every deployment that was tried failed.',
  upstream_cut_mid_stream: 'The provider ended the stream before it was complete. The client was told so.',
  refused: 'The gateway refused the request before it reached a provider.',
  output_guardrail_blocked: 'A guardrail kept the answer back.',
  cache_hit: 'An earlier answer to the same request was given again.',
  idempotent_replay: 'The client sent the request again with the same key, and was given the first answer.',
  hedge_loser: 'A second deployment was asked at the same time and answered first.',
  shadow_copy: 'A copy of real traffic, sent to compare; nobody was given its answer.',
  detached: 'The request goes on after the client has left.',
  gateway_crashed: 'The gateway ended while the request ran. The charge is an estimate of what went in.',
};

const meter: Record<Meter, string> = {
  input: 'Input',
  input_cache_read: 'Input, read from cache',
  input_cache_write_5m: 'Input, written to cache (5 min)',
  input_cache_write_1h: 'Input, written to cache (1 h)',
  input_audio: 'Audio input',
  input_audio_cache_read: 'Audio input, read from cache',
  input_image: 'Image input',
  output: 'Output',
  output_reasoning: 'Reasoning output',
  output_audio: 'Audio output',
  output_image: 'Image output',
  image: 'Images',
  audio_ms: 'Audio',
  character: 'Characters',
  request: 'Requests',
  web_search: 'Web searches',
  search_unit: 'Search units',
  page: 'Pages',
  video_ms: 'Video',
};

export const vocabularyEnglish = {
  outcome,
  outcomeMeaning,
  meter,
  source: {
    reported: 'reported by the provider',
    recovered: 'read from the provider after the client had left',
    estimated: 'estimated',
    none: 'no usage',
  },
  simulated: 'simulated',
};
