import { setTimeout as sleep } from 'node:timers/promises';
import type { AddressInfo } from 'node:net';

import { SMTPServer } from 'smtp-server';

const PATIENCE_MS = 30_000;

/** A mail server to which the product delivers, and where everybody's mail can be read. */
export class Mailbox {
  private readonly mails: { readonly to: string; readonly text: string }[] = [];

  private constructor(
    private readonly server: SMTPServer,
    private readonly unknown: ReadonlySet<string>,
  ) {}

  /** @param unknown addresses whose mail it refuses */
  static async open(unknown: readonly string[] = []): Promise<Mailbox> {
    const server = new SMTPServer({ authOptional: true, disabledCommands: ['STARTTLS'] });
    const mailbox = new Mailbox(server, new Set(unknown));
    server.onRcptTo = ({ address }, _session, done) =>
      done(mailbox.unknown.has(address) ? new Error('there is no such mailbox') : null);
    server.onData = (stream, session, done) => {
      let received = '';
      stream.on('data', (chunk: Buffer) => (received += chunk.toString()));
      stream.on('end', () => {
        for (const { address } of session.envelope.rcptTo) mailbox.mails.push({ to: address, text: plain(received) });
        done();
      });
    };
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return mailbox;
  }

  get environment(): Readonly<Record<string, string>> {
    const { port } = this.server.server.address() as AddressInfo;
    return { SMTP_URL: `smtp://127.0.0.1:${port}`, MAIL_FROM: 'Tollgate <tollgate@example.com>' };
  }

  /** Path and fragment of the newest link to a page that was mailed to somebody, once it is there. */
  async linkFor(to: string, page: string): Promise<string> {
    for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(50)) {
      const mail = this.mails.findLast((candidate) => candidate.to === to && candidate.text.includes(`${page}#token=`));
      const link = mail === undefined ? null : new RegExp(`${page}#token=\\S+`).exec(mail.text);
      if (link !== null) return link[0];
    }
    throw new Error(`no link to ${page} was mailed to ${to}: ${JSON.stringify(this.mails)}`);
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(resolve));
  }
}

/** Long lines are broken on the way, and what is no plain letter is written in hexadecimal. */
const plain = (received: string): string =>
  received
    .replaceAll(/=\r?\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_whole, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
