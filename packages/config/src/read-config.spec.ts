import { describe, expect, it } from '@jest/globals';
import path from 'node:path';
import { ConfigurationError } from './configuration-error.js';
import { readConfig } from './read-config.js';

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

describe('readConfig', () => {
  it('has a default for everything', () => {
    expect(readConfig({})).toEqual({
      host: '0.0.0.0',
      port: 8080,
      publicUrl: null,
      databaseUrl: null,
      redisUrl: null,
      dataDirectory: path.resolve(import.meta.dirname, '../../../.tollgate'),
      masterKey: null,
      mail: null,
      logLevel: 'info',
      metricsToken: null,
      workerMetricsPort: null,
      maxBodyBytes: 16_777_216,
      bodyTimeoutMs: 10_000,
      trustedProxies: [],
      shutdownTimeoutMs: 30_000,
      upstreamTimeouts: { connectMs: 5000, firstTokenMs: 120_000, idleMs: 120_000, totalMs: 600_000 },
      gatewayRoles: 'all',
      environmentProviders: [],
    });
  });

  it('reads every variable', () => {
    const key = Buffer.alloc(32, 7);
    const config = readConfig({
      HOST: '::1',
      PORT: '65535',
      PUBLIC_URL: 'https://LLM.example.com/',
      DATABASE_URL: 'postgres://u:p@db/x?sslmode=require',
      REDIS_URL: 'rediss://cache:6380/1',
      TOLLGATE_DATA: 'somewhere',
      TOLLGATE_MASTER_KEY: key.toString('base64'),
      SMTP_URL: 'smtps://u:p@mail.example.com:465',
      MAIL_FROM: 'Tollgate <tollgate@example.com>',
      LOG_LEVEL: 'debug',
      METRICS_TOKEN: '0123456789abcdef',
      WORKER_METRICS_PORT: '9091',
      MAX_BODY_BYTES: '2048',
      BODY_TIMEOUT_MS: '1',
      TRUSTED_PROXIES: '10.0.0.0/8, ::1,192.0.2.1',
      SHUTDOWN_TIMEOUT_MS: '2',
      UPSTREAM_CONNECT_TIMEOUT_MS: '3',
      UPSTREAM_FIRST_TOKEN_TIMEOUT_MS: '4',
      UPSTREAM_IDLE_TIMEOUT_MS: '5',
      UPSTREAM_TOTAL_TIMEOUT_MS: '6',
      TOLLGATE_ROLES: 'inference',
    });
    expect(config).toEqual({
      host: '::1',
      port: 65_535,
      publicUrl: 'https://llm.example.com',
      databaseUrl: 'postgres://u:p@db/x?sslmode=require',
      redisUrl: 'rediss://cache:6380/1',
      dataDirectory: path.resolve('somewhere'),
      masterKey: key,
      mail: { smtpUrl: 'smtps://u:p@mail.example.com:465', from: 'Tollgate <tollgate@example.com>' },
      logLevel: 'debug',
      metricsToken: '0123456789abcdef',
      workerMetricsPort: 9091,
      maxBodyBytes: 2048,
      bodyTimeoutMs: 1,
      trustedProxies: ['10.0.0.0/8', '::1', '192.0.2.1'],
      shutdownTimeoutMs: 2,
      upstreamTimeouts: { connectMs: 3, firstTokenMs: 4, idleMs: 5, totalMs: 6 },
      gatewayRoles: 'inference',
      environmentProviders: [],
    });
  });

  it('takes an empty variable for one that is not set', () => {
    expect(readConfig({ PORT: '', DATABASE_URL: '  ', OPENAI_API_KEY: '' })).toEqual(readConfig({}));
  });

  it('names every problem at once, and no value', () => {
    const canary = 'c4n4ry';
    const problems = problemsOf({
      PORT: '0',
      DATABASE_URL: `mysql://root:${canary}@db/x`,
      REDIS_URL: canary,
      TOLLGATE_MASTER_KEY: canary,
      LOG_LEVEL: 'loud',
      METRICS_TOKEN: canary,
      MAX_BODY_BYTES: '1e9',
      TRUSTED_PROXIES: '10.0.0.0/33',
      TOLLGATE_ROLES: 'everything',
      OPENAI_COMPATIBLE_KEY: canary,
      OPENAI_BASE_URL: 'api.example.com/v1',
      OLLAMA_HOST: 'http://',
      UPSTREAM_IDLE_TIMEOUT_MS: '-1',
    });
    expect([...problems].sort()).toEqual([
      'DATABASE_URL must be a URL that begins with postgresql:// or postgres://',
      'LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent',
      'MAX_BODY_BYTES must be a whole number from 1024 to 1073741824',
      'METRICS_TOKEN must have at least 16 characters',
      'OLLAMA_HOST must be a host, host:port or an http URL',
      'OPENAI_BASE_URL must be a URL that begins with http:// or https://',
      'OPENAI_COMPATIBLE_KEY is set, but OPENAI_COMPATIBLE_URL does not say for which server',
      'PORT must be a whole number from 1 to 65535',
      'REDIS_URL must be a URL that begins with redis:// or rediss://',
      'TOLLGATE_MASTER_KEY must be 32 bytes in base64, such as "openssl rand -base64 32" prints',
      'TOLLGATE_ROLES must be one of inference, admin, all',
      'TRUSTED_PROXIES must be a comma-separated list of IP addresses and CIDR ranges, such as 10.0.0.0/8',
      'UPSTREAM_IDLE_TIMEOUT_MS must be a whole number from 1 to 86400000',
    ]);
    expect(problems.join()).not.toContain(canary);
  });

  it.each(['1.2.3', '10.0.0.0/8/8', '10.0.0.0/', '::/129', 'proxy.example.com', ','])(
    'refuses %j as a proxy',
    (list) => {
      expect(problemsOf({ TRUSTED_PROXIES: list })).toHaveLength(1);
    },
  );

  it('finds the providers that the environment names', () => {
    const { environmentProviders } = readConfig({
      OPENAI_API_KEY: 'sk-1',
      ANTHROPIC_API_KEY: 'sk-ant-1',
      ANTHROPIC_BASE_URL: 'https://anthropic.example.com/',
      OPENAI_COMPATIBLE_URL: 'http://10.0.0.5:8000/v1/',
      OLLAMA_HOST: 'gpu:11434',
    });
    expect(environmentProviders).toEqual([
      { provider: 'openai', baseUrl: null, secret: 'sk-1' },
      { provider: 'anthropic', baseUrl: 'https://anthropic.example.com', secret: 'sk-ant-1' },
      { provider: 'openai-compatible', baseUrl: 'http://10.0.0.5:8000/v1', secret: null },
      { provider: 'ollama', baseUrl: 'http://gpu:11434', secret: null },
    ]);
  });

  it('puts together what a provider takes in parts', () => {
    const variables = {
      AWS_ACCESS_KEY_ID: 'AKIA',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_REGION: 'eu-central-1',
      CLOUDFLARE_API_TOKEN: 'token',
      CLOUDFLARE_ACCOUNT_ID: 'acc',
      GOOGLE_APPLICATION_CREDENTIALS: '/key.json',
      GOOGLE_CLOUD_PROJECT: 'p',
      GOOGLE_CLOUD_LOCATION: 'global',
      AZURE_OPENAI_API_KEY: 'az',
      AZURE_OPENAI_ENDPOINT: 'https://r.openai.azure.com/',
    };
    const { environmentProviders } = readConfig(variables, (file) => (file === '/key.json' ? '{"type":"x"}' : null));
    expect(environmentProviders).toEqual([
      { provider: 'azure-openai', baseUrl: 'https://r.openai.azure.com', secret: 'az' },
      {
        provider: 'google-vertex',
        baseUrl: 'https://aiplatform.googleapis.com/v1/projects/p/locations/global',
        secret: '{"type":"x"}',
      },
      {
        provider: 'aws-bedrock',
        baseUrl: 'https://bedrock-runtime.eu-central-1.amazonaws.com',
        secret: '{"accessKeyId":"AKIA","secretAccessKey":"secret"}',
      },
      {
        provider: 'cloudflare',
        baseUrl: 'https://api.cloudflare.com/client/v4/accounts/acc/ai/v1',
        secret: 'token',
      },
    ]);
  });

  it('takes the first of several variables, and none of what other tools share', () => {
    const found = (variables: Record<string, string>) =>
      readConfig(variables).environmentProviders.map(({ provider, secret }) => `${provider} ${String(secret)}`);
    expect(found({ CO_API_KEY: 'b', COHERE_API_KEY: 'a' })).toEqual(['cohere a']);
    expect(found({ AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' })).toEqual([]);
    expect(found({ AWS_REGION: 'us-east-1', CLOUDFLARE_ACCOUNT_ID: 'a' })).toEqual([]);
    expect(found({ VLLM_BASE_URL: 'http://gpu:8000/v1' })).toEqual(['vllm null']);
  });

  it.each(['OPENAI_BASE_URL', 'ANTHROPIC_BASE_URL'])('ignores %s without a key', (name) => {
    expect(readConfig({ [name]: 'https://eu.example.com/v1' }).environmentProviders).toEqual([]);
  });

  it.each([
    ['gpu', 'http://gpu:11434'],
    ['127.0.0.1:9000', 'http://127.0.0.1:9000'],
    [':9000', 'http://127.0.0.1:9000'],
    ['0.0.0.0', 'http://127.0.0.1:11434'],
    ['0.0.0.0:11434', 'http://127.0.0.1:11434'],
    ['https://ollama.example.com', 'https://ollama.example.com'],
    ['https://example.com/ollama/', 'https://example.com/ollama'],
    ['http://[::1]:11434/v1', 'http://[::1]:11434'],
  ])('reads OLLAMA_HOST=%s', (host, url) => {
    expect(readConfig({ OLLAMA_HOST: host }).environmentProviders).toMatchObject([{ baseUrl: url }]);
  });
});
