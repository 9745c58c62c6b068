import type { Transporter } from 'nodemailer';

const TIMEOUT_MS = 10_000;

export interface Mail {
  readonly to: string;
  readonly subject: string;
  /** Plain text. */
  readonly text: string;
}

/** What became of a mail: `logged` where no server is set. */
export interface MailDelivery {
  readonly delivery: 'mailed' | 'logged' | 'failed';
  /** Why it failed, as the mail server says it. */
  readonly detail: string | null;
}

interface MailServer {
  /** `smtp://user:password@host:587`, or `smtps://`. */
  readonly smtpUrl: string;
  /** The sender. */
  readonly from: string;
}

interface MailLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/**
 * Sends mail by SMTP. Where no server is set the mail is written to the log, links included: whoever reads the log of an
 * installation may come in anyhow. With a server nothing of a mail is logged but that it failed.
 */
export class Mailer {
  #transport: Promise<Transporter> | null = null;

  constructor(
    private readonly server: MailServer | null,
    private readonly log: MailLog,
  ) {}

  /** Whether there is a mail server. */
  get isSet(): boolean {
    return this.server !== null;
  }

  /** Never throws: what waits for the mail goes on, and says that it did not go out. */
  async send(mail: Mail): Promise<MailDelivery> {
    if (this.server === null) {
      this.log.info({ mail: { to: mail.to, subject: mail.subject } }, `mail, as no server is set:\n${mail.text}`);
      return { delivery: 'logged', detail: null };
    }
    try {
      this.#transport ??= openTransport(this.server.smtpUrl);
      await (await this.#transport).sendMail({ from: this.server.from, ...mail });
      return { delivery: 'mailed', detail: null };
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      this.log.warn({ detail }, 'a mail could not be sent');
      return { delivery: 'failed', detail };
    }
  }

  close(): void {
    void this.#transport?.then((transport) => transport.close());
  }
}

/** Loaded with the first mail: most gateways never send one. */
async function openTransport(smtpUrl: string): Promise<Transporter> {
  const { createTransport } = await import('nodemailer');
  return createTransport({
    url: smtpUrl,
    pool: true,
    maxConnections: 2,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    // a mail is text of our own: nothing in it is read from files or fetched from elsewhere
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}
