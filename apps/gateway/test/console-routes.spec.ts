import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { CONSOLE_FILES, ConsoleRoutes } from '../src/console/console-routes.js';
import { APP_CONFIG } from '../src/platform/tokens.js';

const PAGE = '<!doctype html><title>Tollgate</title>';
const SCRIPT = 'export const answer = 42;\n'.repeat(100);
const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

let folder: string;
let app: NestFastifyApplication;
let url: string;

async function startApp(files: string): Promise<NestFastifyApplication> {
  @Module({
    providers: [
      { provide: APP_CONFIG, useValue: { gatewayRoles: 'admin' } },
      { provide: CONSOLE_FILES, useValue: files },
      ConsoleRoutes,
    ],
  })
  class TestModule {}
  const created = await NestFactory.create<NestFastifyApplication>(TestModule, new FastifyAdapter(), { logger: false });
  await created.listen(0, '127.0.0.1');
  return created;
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tollgate-console-'));
  await mkdir(path.join(folder, 'assets'));
  await writeFile(path.join(folder, 'index.html'), PAGE);
  await writeFile(path.join(folder, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await writeFile(path.join(folder, 'assets/index-abc123.js'), SCRIPT);
  await writeFile(path.join(folder, 'assets/index-abc123.js.br'), brotliCompressSync(SCRIPT));
  app = await startApp(folder);
  url = await app.getUrl();
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
});

const get = async (at: string, headers: Record<string, string> = {}, method = 'GET') => {
  const response = await fetch(url + at, { headers, method });
  return { status: response.status, headers: response.headers, text: await response.text() };
};

describe('the console’s page', () => {
  it.each(['/', '/setup', '/keys/key_1?range=7d', '/no/such/page'])('is what a browser gets at %s', async (at) => {
    const { status, headers, text } = await get(at, BROWSER);
    expect({ status, text }).toEqual({ status: 200, text: PAGE });
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-cache');
  });

  it('may run nothing but our own files, and stand in nobody’s frame', async () => {
    const { headers } = await get('/', BROWSER);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toContain('unsafe-eval');
    expect(policy).toContain("frame-ancestors 'none'");
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('same-origin');
  });

  it.each(['/v1/nothing', '/openai/v1', '/api/v2', '/health/nothing', '/metrics/x', '/assets/gone-123.js'])(
    'is not what stands at %s, where machines call',
    async (at) => {
      const { status, headers } = await get(at, BROWSER);
      expect(status).toBe(404);
      expect(headers.get('content-type')).toContain('application/json');
    },
  );

  it('is for navigations only', async () => {
    for (const [headers, method] of [
      [{}, 'GET'],
      [{ accept: 'application/json' }, 'GET'],
      [BROWSER, 'POST'],
    ] as const) {
      const { status, text } = await get('/', headers, method);
      expect(status).toBe(404);
      expect(text).toContain('/api/v1');
    }
  });
});

describe('the console’s files', () => {
  it('are kept for ever when their name changes with their content, and come compressed', async () => {
    const { status, headers, text } = await get('/assets/index-abc123.js', { 'accept-encoding': 'br' });
    expect({ status, text }).toEqual({ status: 200, text: SCRIPT });
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(headers.get('content-encoding')).toBe('br');
    expect(headers.get('vary')).toBe('accept-encoding');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    const plain = await get('/assets/index-abc123.js', { 'accept-encoding': 'identity' });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(plain.text).toBe(SCRIPT);
  });

  it('are served from the root too, but for a short time', async () => {
    const { headers } = await get('/favicon.svg');
    expect(headers.get('content-type')).toBe('image/svg+xml');
    expect(headers.get('cache-control')).toBe('public, max-age=3600');
  });

  it.each(['/assets/..%2findex.html', '/assets/%2e%2e/%2e%2e/etc/passwd', '/assets/', '/index.html'])(
    'are all that is served: not %s',
    async (at) => {
      const { text } = await get(at);
      expect(text).not.toContain(PAGE);
      expect(text).not.toContain('root:');
    },
  );
});

it('does without a console that has not been built', async () => {
  const without = await startApp(path.join(folder, 'nowhere'));
  const response = await fetch(await without.getUrl(), { headers: BROWSER });
  expect(response.status).toBe(404);
  await without.close();
});
