/** Told apart by people with any kind of colour vision, on white and on near-black. */
const COLORS = ['#3b7dd8', '#e08a00', '#159c77', '#c0589a', '#4fb3d9', '#cf5a2c', '#8a6fc9'] as const;

/** For everything that is not among the named ones. */
export const OTHER_COLOR = '#9a9ca5';

/**
 * A colour for each name. A name keeps its own on every page, as long as no other of the same chart had it first; two
 * of the same chart never look the same, up to {@link COLORS} of them.
 */
export function seriesColors(names: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set<number>();
  const colors = new Map<string, string>();
  for (const name of [...new Set(names)].sort()) {
    let place = preferredPlace(name);
    for (let tries = 0; taken.has(place) && tries < COLORS.length; tries++) place = (place + 1) % COLORS.length;
    taken.add(place);
    colors.set(name, COLORS[place] ?? OTHER_COLOR);
  }
  return colors;
}

function preferredPlace(name: string): number {
  let hash = 0;
  for (let i = 0; i < name.length; i++) hash = (Math.imul(hash, 31) + name.charCodeAt(i)) >>> 0;
  return hash % COLORS.length;
}
