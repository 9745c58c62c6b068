import type { Extensions } from '../../conversation.js';

/** `{ type, [type]: fields }`; extensions of the inner object stand under its name. */
export function wrapped(
  type: string,
  fields: Record<string, unknown>,
  extensions: Extensions = {},
): Record<string, unknown> {
  const { [type]: inner, ...outer } = extensions;
  return { ...outer, type, [type]: withoutNulls({ ...(inner as Extensions | undefined), ...fields }) };
}

export function withoutNulls(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null && value !== undefined));
}

export function cacheControl(ttl: string | null): Extensions {
  return { type: 'ephemeral', ...(ttl !== null && { ttl }) };
}
