/**
 * Model allowlists. An entry is a model's name, or a pattern in which `*` stands for any run of characters:
 * `gpt-4o`, `gpt-4o*`, `sandbox/*`, `*`. What no entry matches is denied.
 */
export function compileAllowlist(entries: readonly string[]): (model: string) => boolean {
  const exact = new Set(entries.filter((entry) => !entry.includes('*')));
  const patterns = entries.filter((entry) => entry.includes('*')).map(patternToRegExp);
  if (patterns.length === 0) return (model) => exact.has(model);
  return (model) => exact.has(model) || patterns.some((pattern) => pattern.test(model));
}

function patternToRegExp(entry: string): RegExp {
  const pieces = entry.split(/\*+/).map((piece) => piece.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  return new RegExp(`^${pieces.join('.*')}$`, 's');
}
