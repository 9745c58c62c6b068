import { type EnvironmentNames, environmentNames } from '@tollgate/providers/environment';
import type { EnvironmentProvider } from './tollgate-config.js';
import { baseUrl, hostUrl } from './variables.js';

type Variables = Readonly<Record<string, string | undefined>>;

/** Reads a file that a variable names; `null` when it cannot be read. */
export type ReadFile = (path: string) => string | null;

export interface FoundProviders {
  readonly providers: readonly EnvironmentProvider[];
  /** What is wrong, a sentence each that begins with the variable's name. */
  readonly problems: readonly string[];
}

const flat = (lists: Readonly<Record<string, readonly string[]>> = {}): string[] => Object.values(lists).flat();

/** Variables that only the launcher may see: it seals them into the database. */
export const PROVIDER_VARIABLES: readonly string[] = environmentNames.flatMap((names) => [
  ...(names.secret ?? []),
  ...(names.secretFile ?? []),
  ...flat(names.secretParts),
  ...(names.baseUrl ?? []),
]);

/** The providers that the environment names, as their declarations say. */
export function environmentProviders(set: Variables, readFile: ReadFile): FoundProviders {
  const problems: string[] = [];
  const providers = environmentNames.flatMap((names) => {
    const reader = new Reader(names, { set, readFile, problems });
    const { provider } = names;
    const address = reader.baseUrl();
    // first: a file with a secret that other tools share is not even opened where it names no provider
    if (address === null && names.defaultBaseUrl === null) {
      reader.complain();
      return [];
    }
    const secret = reader.secret();
    if (secret === null && (names.needsSecret || address === null)) return [];
    return [{ provider, baseUrl: address, secret }];
  });
  return { providers, problems };
}

interface Sources {
  readonly set: Variables;
  readonly readFile: ReadFile;
  readonly problems: string[];
}

class Reader {
  constructor(
    private readonly names: EnvironmentNames,
    private readonly sources: Sources,
  ) {}

  baseUrl(): string | null {
    const { names } = this;
    const variable = this.#first(names.baseUrl);
    if (variable !== null) return this.#address(variable);
    const parts = this.#filledIn(names.baseUrlParts);
    if (parts === null || names.baseUrlTemplate === null) return null;
    if (names.baseUrlOf !== undefined) return names.baseUrlOf(parts);
    return names.baseUrlTemplate.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
      encodeURIComponent(parts[name] ?? ''),
    );
  }

  secret(): string | null {
    const { names } = this;
    const variable = this.#first(names.secret);
    if (variable !== null) return this.#value(variable);
    const parts = this.#filledIn(names.secretParts);
    if (parts !== null) return JSON.stringify(parts);
    const file = this.#first(names.secretFile);
    if (file === null) return null;
    const text = this.sources.readFile(this.#value(file));
    if (text === null) this.sources.problems.push(`${file} names a file that cannot be read`);
    return text;
  }

  /** Variables that other tools share (a region that is not set) name no provider; one of its own without an address is a mistake. */
  complain(): void {
    const secret = this.#first(this.names.secret);
    const missing = this.names.baseUrl?.[0];
    if (secret === null || missing === undefined) return;
    this.sources.problems.push(`${secret} is set, but ${missing} does not say for which server`);
  }

  #address(variable: string): string | null {
    const { hostPort } = this.names;
    const parsed = (hostPort === undefined ? baseUrl : hostUrl(hostPort)).safeParse(this.#value(variable));
    if (parsed.success) return parsed.data;
    this.sources.problems.push(`${variable} ${parsed.error.issues[0]?.message ?? 'is no address'}`);
    return null;
  }

  /** All parts, or `null` when one is missing that is needed. */
  #filledIn(parts: Readonly<Record<string, readonly string[]>> | undefined): Record<string, string> | null {
    if (parts === undefined) return null;
    const filled: Record<string, string> = {};
    for (const [name, variables] of Object.entries(parts)) {
      const variable = this.#first(variables);
      if (variable !== null) filled[name.replace('?', '')] = this.#value(variable);
      else if (!name.endsWith('?')) return null;
    }
    return filled;
  }

  #first(variables: readonly string[] = []): string | null {
    return variables.find((name) => this.sources.set[name] !== undefined) ?? null;
  }

  #value(variable: string): string {
    return this.sources.set[variable] ?? '';
  }
}
