const MAX_CHARACTERS = 200;
const UNNAMED = 'Document';

/**
 * Names of the documents of a request as AWS demands them: letters, digits, single spaces, hyphens, parentheses and
 * brackets, at most 200 characters, and no two the same (docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_DocumentBlock.html).
 */
export class DocumentNames {
  readonly #given = new Set<string>();

  nameFor(filename: string | null): string {
    const clean = cleaned(filename ?? '');
    let name = clean;
    for (let i = 2; this.#given.has(name); i++) {
      const suffix = ` (${i})`;
      name = `${clean.slice(0, MAX_CHARACTERS - suffix.length).trimEnd()}${suffix}`;
    }
    this.#given.add(name);
    return name;
  }
}

function cleaned(filename: string): string {
  const name = filename
    .slice(0, 4 * MAX_CHARACTERS)
    .replaceAll(/[^a-zA-Z0-9\s\-()[\]]+/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, MAX_CHARACTERS)
    .trimEnd();
  return name === '' ? UNNAMED : name;
}
