import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SMTPServer } from 'smtp-server';
import { Mailer } from './mailer.js';

const received: string[] = [];
let server: SMTPServer;
let port = 0;

beforeAll(async () => {
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: (address, _session, done) =>
      done(address.address.startsWith('nobody') ? new Error('no such mailbox') : null),
    onData: (stream, _session, done) => {
      let text = '';
      stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
      stream.on('end', () => {
        received.push(text);
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen');
  port = address.port;
});
afterAll(() => new Promise<void>((resolve) => server.close(resolve)));

const lines: string[] = [];
const log = {
  info: (fields: object, message: string) => void lines.push(`${JSON.stringify(fields)} ${message}`),
  warn: (fields: object, message: string) => void lines.push(`${JSON.stringify(fields)} ${message}`),
};
const mail = { to: 'ada@example.com', subject: 'Hello', text: 'http://console/setup#token=secret' };
const FROM = 'Tollgate <tollgate@example.com>';

test('goes out by SMTP, and nothing of it to the log', async () => {
  lines.length = 0;
  const mailer = new Mailer({ smtpUrl: `smtp://127.0.0.1:${port}`, from: FROM }, log);
  expect(await mailer.send(mail)).toEqual({ delivery: 'mailed', detail: null });
  expect(received.at(-1)).toMatch(/^From: Tollgate <tollgate@example\.com>\r$/m);
  expect(received.at(-1)).toContain('token=secret');
  expect(lines).toEqual([]);
  mailer.close();
});

test('that a server refuses has failed, with its reason', async () => {
  const mailer = new Mailer({ smtpUrl: `smtp://127.0.0.1:${port}`, from: FROM }, log);
  const { delivery, detail } = await mailer.send({ ...mail, to: 'nobody@example.com' });
  expect({ delivery, detail }).toMatchObject({
    delivery: 'failed',
    detail: expect.stringContaining('no such mailbox'),
  });
  expect(lines.join('\n')).not.toContain('secret');
  mailer.close();
});

test('has failed when the server is away', async () => {
  const mailer = new Mailer({ smtpUrl: 'smtp://127.0.0.1:1', from: FROM }, log);
  expect(await mailer.send(mail)).toMatchObject({ delivery: 'failed' });
  mailer.close();
});

test('is written to the log where no server is set', async () => {
  lines.length = 0;
  expect(await new Mailer(null, log).send(mail)).toEqual({ delivery: 'logged', detail: null });
  expect(lines.join()).toContain(mail.text);
});
