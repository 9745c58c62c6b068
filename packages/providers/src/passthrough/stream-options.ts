import type { TopLevelFields } from './top-level-fields.js';

const MAX_STREAM_OPTIONS_BYTES = 4096;

/** `stream_options`, checked for what the gateway acts upon. */
export function readStreamOptions<Field extends string>(
  fields: TopLevelFields<Field | 'stream_options'>,
  stream: boolean,
): Readonly<Record<string, unknown>> {
  const options = fields.object('stream_options', MAX_STREAM_OPTIONS_BYTES);
  if (fields.firstByte('stream_options') === 123 && !stream) {
    fields.fail("The 'stream_options' parameter is only allowed when 'stream' is enabled.", 'stream_options');
  }
  for (const name in options) {
    const value = options[name];
    if (name === 'include_usage' ? value !== null && typeof value !== 'boolean' : /^include_usage$/i.test(name)) {
      const param = `stream_options.${name}`;
      fields.fail(`Invalid '${param}': expected a boolean 'include_usage'.`, param);
    }
  }
  return options;
}

export function withoutIncludeUsage(options: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (!('include_usage' in options)) return options;
  return Object.fromEntries(Object.entries(options).filter(([name]) => name !== 'include_usage'));
}
