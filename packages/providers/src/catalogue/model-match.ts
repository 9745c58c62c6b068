import type { ModelMatch } from './catalogue-data.js';

/** Tells the names that are served and priced as the model. The importer asks this too. */
export function compileMatch(match: ModelMatch): (name: string) => boolean {
  if ('or' in match) {
    const parts = match.or.map(compileMatch);
    return (name) => parts.some((part) => part(name));
  }
  if ('and' in match) {
    const parts = match.and.map(compileMatch);
    return (name) => parts.every((part) => part(name));
  }
  if ('regex' in match) {
    const pattern = new RegExp(match.regex);
    return (name) => pattern.test(name);
  }
  if ('equals' in match) return comparing(match.equals, (name, text) => name === text);
  if ('starts_with' in match) return comparing(match.starts_with, (name, text) => name.startsWith(text));
  if ('ends_with' in match) return comparing(match.ends_with, (name, text) => name.endsWith(text));
  return comparing(match.contains, (name, text) => name.includes(text));
}

function comparing(text: string, compare: (name: string, text: string) => boolean): (name: string) => boolean {
  const lower = text.toLowerCase();
  return (name) => compare(name.toLowerCase(), lower);
}

/**
 * The names that alone decide for the model, in lower case, and what is left to be tried by rule: most models are told by
 * their exact names, so that an index of these spares nearly all rules.
 */
export function splitMatch(match: ModelMatch): { readonly names: readonly string[]; readonly rest: ModelMatch | null } {
  const parts = 'or' in match ? match.or : [match];
  const names = parts.flatMap((part) => ('equals' in part ? [part.equals.toLowerCase()] : []));
  const rest = parts.filter((part) => !('equals' in part));
  return { names, rest: rest.length === 0 ? null : { or: rest } };
}
