import type { ModelMatch } from './catalogue-data.js';
import { compileMatch, splitMatch } from './model-match.js';
import { spellingsOf, undated } from './name-spellings.js';

/** A model's names: its own, further ones, and the rule for all others. */
export interface NamedModel {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly match: ModelMatch | null;
}

interface Rule {
  readonly order: number;
  readonly name: string;
  readonly test: (name: string) => boolean;
}

/** Providers whose operators name deployments themselves, often after the model that they serve. */
const NAMED_BY_OPERATOR = new Set(['azure-openai']);

/** No model's name is longer. */
const MAX_NAME = 300;

/** Finds the model that a provider's name stands for, by index wherever the name alone decides. */
export class NameIndex {
  readonly #named = new Map<string, string>();
  readonly #aliases = new Map<string, string>();
  /** By a name in a rule: the first model that has it, and its place among all. */
  readonly #equal = new Map<string, { readonly order: number; readonly name: string }>();
  readonly #rules: Rule[] = [];

  constructor(
    readonly provider: string,
    models: readonly NamedModel[],
  ) {
    for (const [order, { name, aliases, match }] of models.entries()) {
      setIfNew(this.#named, name.toLowerCase(), name);
      for (const alias of aliases) setIfNew(this.#aliases, alias.toLowerCase(), name);
      if (match === null) continue;
      const { names, rest } = splitMatch(match);
      for (const equal of names) setIfNew(this.#equal, equal, { order, name });
      if (rest !== null) this.#rules.push({ order, name, test: compileMatch(rest) });
    }
  }

  /**
   * The model's own name first, then further names, then the rules in their order, each for every spelling of the name;
   * then the family of a dated name; at providers whose operators choose the names, the longest model's name that the
   * given one begins with.
   */
  find(name: string): string | null {
    if (name.length > MAX_NAME) return null;
    const spellings = spellingsOf(this.provider, name);
    for (const spelling of spellings) {
      const found = this.#listed(spelling) ?? this.byRule(spelling);
      if (found !== null) return found;
    }
    for (const spelling of spellings) {
      const family = undated(spelling);
      const found = family === null ? null : this.#listed(family);
      if (found !== null) return found;
    }
    return NAMED_BY_OPERATOR.has(this.provider) ? this.#beginning(spellings.at(-1) ?? name) : null;
  }

  byRule(name: string): string | null {
    const equal = this.#equal.get(name.toLowerCase());
    const rule = this.#rules.find(({ order, test }) => (equal === undefined || order < equal.order) && test(name));
    return rule?.name ?? equal?.name ?? null;
  }

  #listed(name: string): string | null {
    const lower = name.toLowerCase();
    return this.#named.get(lower) ?? this.#aliases.get(lower) ?? null;
  }

  #beginning(name: string): string | null {
    for (let end = lastCut(name, name.length); end > 0; end = lastCut(name, end)) {
      const found = this.#listed(name.slice(0, end));
      if (found !== null) return found;
    }
    return null;
  }
}

/** Where the last word of `name` before `end` begins, or -1. */
function lastCut(name: string, end: number): number {
  return Math.max(...['-', '_', '.', ' '].map((cut) => name.lastIndexOf(cut, end - 1)));
}

function setIfNew<Value>(map: Map<string, Value>, key: string, value: Value): void {
  if (!map.has(key)) map.set(key, value);
}
