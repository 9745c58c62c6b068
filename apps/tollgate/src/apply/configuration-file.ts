import { isMap, isNode, isPair, isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml';

const MOST_PROBLEMS = 5;

/** What is wrong with the text itself; each with its line. */
export class ConfigurationFileError extends Error {
  override readonly name = 'ConfigurationFileError';

  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

export interface ConfigurationFile {
  /** As the management API takes it. */
  readonly content: unknown;
  /** Where the file says what a JSON Pointer into the content names: `12, routes[0].targets[1].model`. */
  placeOf(pointer: string): { readonly line: number; readonly path: string };
}

type Environment = (name: string) => string | undefined;

/**
 * Reads tollgate.yaml. `${NAME}` in a value is replaced from the environment; `$${NAME}` stands for itself. Money stays
 * the text that was written, although YAML would make a float of it.
 * @throws ConfigurationFileError with every problem.
 */
export function readConfigurationFile(text: string, environment: Environment): ConfigurationFile {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const lineAt = (offset: number): number => lineCounter.linePos(offset).line;
  // what follows the first ones mostly follows from them
  const problems = document.errors.slice(0, MOST_PROBLEMS).map(({ message, pos }) => `${lineAt(pos[0])}: ${message}`);
  if (problems.length > 0) throw new ConfigurationFileError(problems);
  const dangling = danglingAliases(document);
  if (dangling.length > 0) {
    throw new ConfigurationFileError(
      dangling.map(({ name, offset }) => `${lineAt(offset)}: there is no anchor ${name}`),
    );
  }
  keepMoneyAsText(document);
  const missing = replaceVariables(document, environment);
  if (missing.length > 0) {
    throw new ConfigurationFileError(
      missing.map(({ name, offset }) => `${lineAt(offset)}: the environment has no ${name}`),
    );
  }
  return {
    content: contentOf(document),
    placeOf: (pointer) => {
      const steps = stepsOf(pointer);
      return { line: lineAt(offsetOf(document, steps)), path: pathOf(steps) };
    },
  };
}

interface Dangling {
  readonly name: string;
  readonly offset: number;
}

function danglingAliases(document: Document): Dangling[] {
  const dangling: Dangling[] = [];
  visit(document, {
    Alias: (_, node) => {
      if (node.resolve(document) === undefined) dangling.push({ name: node.source, offset: node.range?.[0] ?? 0 });
    },
  });
  return dangling;
}

/** @throws ConfigurationFileError when aliases would make more of it than fits. */
function contentOf(document: Document): unknown {
  try {
    return document.toJS() as unknown;
  } catch (error) {
    throw new ConfigurationFileError([`1: ${error instanceof Error ? error.message : String(error)}`]);
  }
}

const VARIABLE = /\$(\$?)\{(\w+)\}/g;

interface Missing {
  readonly name: string;
  readonly offset: number;
}

function replaceVariables(document: Document, environment: Environment): Missing[] {
  const missing: Missing[] = [];
  visit(document, {
    Scalar: (key, node) => {
      if (key === 'key' || typeof node.value !== 'string') return;
      node.value = node.value.replaceAll(VARIABLE, (whole: string, escaped: string, name: string) => {
        if (escaped !== '') return whole.slice(1);
        const value = environment(name);
        if (value === undefined) missing.push({ name, offset: node.range?.[0] ?? 0 });
        return value ?? whole;
      });
    },
  });
  return missing;
}

/** Amounts, by their names and the names of what they stand in. */
const isMoney = (name: unknown, within: unknown): boolean => name === 'monthlyBudget' || within === 'maxPrice';

function keepMoneyAsText(document: Document): void {
  visit(document, {
    Pair: (_, pair, ancestors) => {
      const { key, value } = pair;
      if (!isScalar(value) || typeof value.value !== 'number') return;
      const within = ancestors.filter(isPair).at(-1);
      if (isMoney(textOf(key), textOf(within?.key))) value.value = value.source ?? String(value.value);
    },
  });
}

const textOf = (node: unknown): unknown => (isScalar(node) ? node.value : undefined);

function stepsOf(pointer: string): (string | number)[] {
  const names = pointer.split('/').slice(1);
  return names.map((name) => (/^\d+$/.test(name) ? Number(name) : name.replaceAll('~1', '/').replaceAll('~0', '~')));
}

const pathOf = (steps: readonly (string | number)[]): string =>
  steps.map((step, at) => (typeof step === 'number' ? `[${step}]` : `${at === 0 ? '' : '.'}${step}`)).join('');

/** Of the innermost thing on the way that is there: what is missing has no line of its own. */
function offsetOf(document: Document, steps: readonly (string | number)[]): number {
  for (let length = steps.length; length > 0; length--) {
    const parent: unknown = document.getIn(steps.slice(0, length - 1), true);
    const pair = isMap(parent) ? parent.items.find(({ key }) => textOf(key) === steps[length - 1]) : undefined;
    // a key stands where its value begins, or before
    const node: unknown = pair?.key ?? document.getIn(steps.slice(0, length), true);
    if (isNode(node) && node.range !== undefined && node.range !== null) return node.range[0];
  }
  return 0;
}
