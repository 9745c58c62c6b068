import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type OpenAI from 'openai';

import { BEDROCK_STREAM, converseFrames, FakeBedrock } from './fake-bedrock.js';
import { cutFrames } from './fake-vendor.js';
import { CONVERSING, FiveProviders } from './five-providers.js';
import { openAiClient } from './sdk-clients.js';

const run = promisify(execFile);
const SAID = 'You said: Say it.. ☂ 世界';
const model = CONVERSING.bedrock;
const messages = [{ role: 'user' as const, content: 'Say it.' }];

/** A certificate for 127.0.0.1, or `null` where nothing is there to make one. */
async function certificate(
  folder: string,
): Promise<{ readonly key: string; readonly cert: string; readonly file: string } | null> {
  const [key, file] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  const about = ['-days', '2', '-nodes', '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  try {
    await run('openssl', [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-keyout',
      key,
      '-out',
      file,
      ...about,
    ]);
    return { key: await readFile(key, 'utf8'), cert: await readFile(file, 'utf8'), file };
  } catch {
    return null;
  }
}

/** Amazon Bedrock, which checks signatures and answers in frames of bytes. */
describe('Bedrock', () => {
  let folder: string;
  let secure: FakeBedrock | null;
  let five: FiveProviders;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'bedrock-'));
    const made = await certificate(folder);
    secure = made === null ? null : await FakeBedrock.start(made);
    five = await FiveProviders.start(made === null ? {} : { NODE_EXTRA_CA_CERTS: made.file });
  }, 90_000);

  afterAll(async () => {
    await five.stop();
    await secure?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  afterEach(() => {
    expect(five.takeRefusals()).toEqual([]);
  });

  const client = (): OpenAI => openAiClient(five.product);

  async function says(name: string): Promise<void> {
    const whole = await client().chat.completions.create({ model: name, messages });
    expect(whole.choices[0]?.message.content).toBe(SAID);
    const stream = await client().chat.completions.create({ model: name, messages, stream: true });
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    expect(text).toBe(SAID);
  }

  test('takes the signature of an access key', async () => {
    await says(model);
    expect(five.bedrock.last.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 /);
  });

  test('takes a bearer key', async () => {
    const { bedrock } = five;
    const name = 'amazon.nova-lite-v1:0';
    await five.deploy('aws-bedrock', { baseUrl: bedrock.origin, secret: bedrock.bearerKey, models: [name] });
    await says(name);
    expect(bedrock.last.headers.authorization).toBe(`Bearer ${bedrock.bearerKey}`);
  });

  test('is spoken to over HTTP/2 where it speaks it', async () => {
    if (secure === null) return void process.stderr.write('SKIPPED: there is no openssl to make a certificate with\n');
    const name = 'amazon.nova-micro-v1:0';
    await five.deploy('aws-bedrock', {
      baseUrl: secure.origin,
      secret: JSON.stringify(secure.accessKey),
      models: [name],
    });
    await says(name);
    expect(new Set(secure.versions)).toEqual(new Set(['2.0']));
    expect(secure.refusals).toEqual([]);
  });

  test('a wrong secret is not the client’s fault', async () => {
    const { bedrock } = five;
    const secret = JSON.stringify({ ...bedrock.accessKey, secretAccessKey: 'x'.repeat(40) });
    const name = 'amazon.titan-text-express-v1';
    await five.deploy('aws-bedrock', { baseUrl: bedrock.origin, secret, models: [name] });
    await expect(client().chat.completions.create({ model: name, messages })).rejects.toMatchObject({ status: 502 });
    expect(five.takeRefusals()).toContain('the credential is not valid');
  });

  test('frames that end early never look complete', async () => {
    five.bedrock.script(cutFrames(converseFrames, 4, BEDROCK_STREAM));
    const stream = await client().chat.completions.create({ model, messages, stream: true });
    await expect(
      (async () => {
        for await (const chunk of stream) expect(chunk.choices[0]?.finish_reason ?? null).toBeNull();
      })(),
    ).rejects.toThrow();
  });
});
