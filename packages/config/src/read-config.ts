import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { ConfigurationError } from './configuration-error.js';
import { environmentProviders, type ReadFile } from './environment-providers.js';
import type { EnvironmentProvider, TollgateConfig } from './tollgate-config.js';
import {
  absolutePath,
  addressRanges,
  mailSender,
  masterKey,
  milliseconds,
  origin,
  text,
  urlOf,
  wholeNumber,
} from './variables.js';

const PORT_NUMBER = wholeNumber(1, 65_535);
const KIBI = 1024;
/** `.tollgate` in the checkout; the way there is the same from `src` and from `dist`. */
const DEFAULT_DATA_DIRECTORY = path.resolve(fileURLToPath(new URL('../../../.tollgate', import.meta.url)));

/** Beside it: a demo never shares a folder with what is real. */
const DEMO_DATA_DIRECTORY = `${DEFAULT_DATA_DIRECTORY}-demo`;

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
const ROLES = ['inference', 'admin', 'all'] as const;

const variables = z.object({
  HOST: text.default('0.0.0.0'),
  PORT: PORT_NUMBER.default(8080),
  PUBLIC_URL: origin.optional(),
  DATABASE_URL: urlOf('postgresql:', 'postgres:').optional(),
  REDIS_URL: urlOf('redis:', 'rediss:').optional(),
  TOLLGATE_DATA: absolutePath.default(DEFAULT_DATA_DIRECTORY),
  TOLLGATE_MASTER_KEY: masterKey.optional(),
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'),
  METRICS_TOKEN: text.min(16, 'must have at least 16 characters').optional(),
  WORKER_METRICS_PORT: PORT_NUMBER.optional(),
  MAX_BODY_BYTES: wholeNumber(KIBI, KIBI * KIBI * KIBI).default(16 * KIBI * KIBI),
  BODY_TIMEOUT_MS: milliseconds.default(10_000),
  TRUSTED_PROXIES: addressRanges.default([]),
  SHUTDOWN_TIMEOUT_MS: milliseconds.default(30_000),
  UPSTREAM_CONNECT_TIMEOUT_MS: milliseconds.default(5000),
  UPSTREAM_FIRST_TOKEN_TIMEOUT_MS: milliseconds.default(120_000),
  UPSTREAM_IDLE_TIMEOUT_MS: milliseconds.default(120_000),
  UPSTREAM_TOTAL_TIMEOUT_MS: milliseconds.default(600_000),
  SMTP_URL: urlOf('smtp:', 'smtps:').optional(),
  MAIL_FROM: mailSender.optional(),
  TOLLGATE_ROLES: z.enum(ROLES, `must be one of ${ROLES.join(', ')}`).default('all'),
});

type Variables = z.output<typeof variables>;
/**
 * Reads the configuration from environment variables. A variable that is empty counts as not set.
 * @throws ConfigurationError naming every problem.
 */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
  readFile: ReadFile = () => null,
): TollgateConfig {
  const set = Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value?.trim() ? [[name, value.trim()]] : [])),
  ) as Record<string, string>;
  const parsed = variables.safeParse(set);
  const found = environmentProviders(set, readFile);
  const problems = [
    ...(parsed.error?.issues ?? []).map((issue) => `${String(issue.path[0])} ${issue.message}`),
    ...found.problems,
    ...problemsBetween(set),
  ];
  if (!parsed.success || problems.length > 0) throw new ConfigurationError([...new Set(problems)]);
  return configOf(parsed.data, found.providers);
}

/**
 * The configuration of a demo: in a data folder of its own unless the variable names one, and without the providers of
 * the environment, since what is simulated calls nobody.
 * @throws ConfigurationError naming every problem.
 */
export function readDemoConfig(environment: Readonly<Record<string, string | undefined>>): TollgateConfig {
  const named = environment['TOLLGATE_DATA']?.trim();
  const config = readConfig({ ...environment, TOLLGATE_DATA: named || DEMO_DATA_DIRECTORY });
  return { ...config, environmentProviders: [] };
}

function problemsBetween(set: Readonly<Record<string, unknown>>): string[] {
  const problems: string[] = [];
  if ((set['SMTP_URL'] === undefined) !== (set['MAIL_FROM'] === undefined)) {
    problems.push('SMTP_URL and MAIL_FROM must be set together: by which server mail goes, and from whom');
  }
  return problems;
}

function configOf(values: Variables, environmentProviders: readonly EnvironmentProvider[]): TollgateConfig {
  return {
    host: values.HOST,
    port: values.PORT,
    publicUrl: values.PUBLIC_URL ?? null,
    databaseUrl: values.DATABASE_URL ?? null,
    redisUrl: values.REDIS_URL ?? null,
    dataDirectory: values.TOLLGATE_DATA,
    masterKey: values.TOLLGATE_MASTER_KEY ?? null,
    logLevel: values.LOG_LEVEL,
    metricsToken: values.METRICS_TOKEN ?? null,
    workerMetricsPort: values.WORKER_METRICS_PORT ?? null,
    maxBodyBytes: values.MAX_BODY_BYTES,
    bodyTimeoutMs: values.BODY_TIMEOUT_MS,
    trustedProxies: values.TRUSTED_PROXIES,
    shutdownTimeoutMs: values.SHUTDOWN_TIMEOUT_MS,
    upstreamTimeouts: {
      connectMs: values.UPSTREAM_CONNECT_TIMEOUT_MS,
      firstTokenMs: values.UPSTREAM_FIRST_TOKEN_TIMEOUT_MS,
      idleMs: values.UPSTREAM_IDLE_TIMEOUT_MS,
      totalMs: values.UPSTREAM_TOTAL_TIMEOUT_MS,
    },
    gatewayRoles: values.TOLLGATE_ROLES,
    environmentProviders,
    mail:
      values.SMTP_URL === undefined || values.MAIL_FROM === undefined
        ? null
        : { smtpUrl: values.SMTP_URL, from: values.MAIL_FROM },
  };
}
