import { describe, expect, it } from '@jest/globals';
import { readConfig } from '@tollgate/config';
import { providers } from '@tollgate/providers';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

interface Service {
  readonly build?: string;
  readonly image?: string;
  readonly environment: Record<string, string>;
  readonly volumes: readonly string[];
  readonly ports?: readonly string[];
  readonly depends_on?: Record<string, { condition: string }>;
  readonly healthcheck?: { test: readonly string[] };
}

/** As `docker compose` fills in `${NAME:-default}` when nothing is set. */
function interpolated(value: string): string {
  return value.replaceAll(/\$\{[A-Z_]+:-([^}]*)\}/g, '$1');
}

describe('docker-compose.yml', () => {
  const compose = parse(read('docker-compose.yml')) as {
    services: Record<'postgres' | 'tollgate', Service>;
    volumes: Record<string, unknown>;
  };
  const { postgres, tollgate } = compose.services;
  const environment = Object.fromEntries(
    Object.entries(tollgate.environment).map(([name, value]) => [name, interpolated(value)]),
  );

  it('gives the product a configuration that it takes', () => {
    const config = readConfig(environment);
    const url = new URL(config.databaseUrl ?? '');
    expect(url.hostname).toBe('postgres');
    expect(url.username).toBe(postgres.environment['POSTGRES_USER']);
    expect(url.password).toBe(interpolated(postgres.environment['POSTGRES_PASSWORD'] ?? ''));
    expect(url.pathname).toBe(`/${postgres.environment['POSTGRES_DB']}`);
    expect(config.environmentProviders).toEqual([]);
  });

  it('sets only variables that the product reads', () => {
    const own = read('packages/config/src/read-config.ts');
    const vendors = JSON.stringify(Array.from(providers.values(), (provider) => provider.environment));
    const isRead = (name: string): boolean => new RegExp(`^  ${name}:`, 'm').test(own) || vendors.includes(`"${name}"`);
    expect(Object.keys(environment).filter((name) => !isRead(name))).toEqual([]);
  });

  it('publishes the port that the image listens on, and waits for a healthy Postgres', () => {
    expect(read('Dockerfile')).toContain('EXPOSE 8080');
    expect(tollgate.ports).toEqual(['8080:8080']);
    expect(tollgate.depends_on).toEqual({ postgres: { condition: 'service_healthy' } });
    expect(postgres.healthcheck?.test.join(' ')).toContain('pg_isready');
    expect(postgres.ports).toBeUndefined();
  });

  it('keeps what must survive in named volumes', () => {
    expect(tollgate.volumes).toEqual(['data:/data']);
    expect(read('Dockerfile')).toContain('TOLLGATE_DATA=/data');
    expect(postgres).toMatchObject({ image: 'postgres:18', volumes: ['postgres:/var/lib/postgresql'] });
    expect(Object.keys(compose.volumes).sort()).toEqual(['data', 'postgres']);
  });
});

describe('Dockerfile', () => {
  const lines = read('Dockerfile').split('\n');

  it('copies only what is there', () => {
    const copies = lines.filter((line) => line.startsWith('COPY ') && !line.includes('--from='));
    const sources = copies.flatMap((line) => line.split(' ').slice(1, -1));
    expect(sources).not.toEqual([]);
    for (const source of sources) expect([source, existsSync(path.join(ROOT, source))]).toEqual([source, true]);
  });

  it('takes from the build what a start reads', () => {
    const taken = lines.filter((line) => line.startsWith('COPY --from=build')).join('\n');
    for (const folder of ['node_modules', 'packages', 'apps', 'prisma/migrations'])
      expect(taken).toContain(`/${folder} `);
  });

  it('runs a program of this repository, not as root, on the Node that the repository pins', () => {
    expect(lines).toContain('USER node');
    const command = /^CMD (\[.*\])$/m.exec(read('Dockerfile'))?.[1] ?? '[]';
    expect(JSON.parse(command)).toEqual(['node', 'apps/tollgate/dist/main.js', 'start']);
    const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: { node: string } };
    expect(read('Dockerfile')).toContain(`FROM node:${devDependencies.node}-`);
  });
});
