import { readFileSync } from 'node:fs';
import { PROVIDER_VARIABLES } from './environment-providers.js';
import { readConfig, readDemoConfig } from './read-config.js';
import type { TollgateConfig } from './tollgate-config.js';

/**
 * The configuration of this process. Nothing else in the product reads the environment.
 * @throws ConfigurationError naming every problem.
 */
export function readConfigFromEnvironment(): TollgateConfig {
  return readConfig(process.env, readText);
}

/**
 * The same, of a demo.
 * @throws ConfigurationError naming every problem.
 */
export function readDemoConfigFromEnvironment(): TollgateConfig {
  return readDemoConfig(process.env);
}

/** A variable that a command asks for by name; undefined when it is not set, or empty. */
export function environmentVariable(name: string): string | undefined {
  const value = process.env[name]?.trim();
  return value === '' ? undefined : value;
}

/**
 * The environment for a process that we start: our own with the replacements. Providers' secrets are left out, since
 * children read them sealed from the database.
 */
export function childEnvironment(replacements: Readonly<Record<string, string>>): Record<string, string | undefined> {
  const inherited: Record<string, string | undefined> = { ...process.env };
  for (const name of PROVIDER_VARIABLES) delete inherited[name];
  return { ...inherited, ...replacements };
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null; // who names it is told so
  }
}
