import type { RunningProduct } from './running-product.js';

export interface BrowserAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** What a browser does with a console: keeps cookies, and says where a request comes from. */
export class Browser {
  #cookies = new Map<string, string>();

  constructor(
    private readonly product: Pick<RunningProduct, 'origin'>,
    /** As the address bar has it; null sends no Origin. */
    private readonly origin: string | null = product.origin,
  ) {}

  /** The `cookie` header of the next request. */
  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  get(path: string, headers: Record<string, string> = {}): Promise<BrowserAnswer> {
    return this.send(path, { method: 'GET', headers });
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<BrowserAnswer> {
    const from = this.origin === null ? {} : { origin: this.origin };
    return this.send(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...from, ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  signIn(email: string, password: string, headers: Record<string, string> = {}): Promise<BrowserAnswer> {
    return this.post('/api/auth/sign-in/email', { email, password }, headers);
  }

  private async send(path: string, init: RequestInit & { headers: Record<string, string> }): Promise<BrowserAnswer> {
    const headers = this.cookie === '' ? init.headers : { cookie: this.cookie, ...init.headers };
    const response = await fetch(this.product.origin + path, { redirect: 'manual', ...init, headers });
    for (const cookie of response.headers.getSetCookie()) this.keep(cookie);
    const text = await response.text();
    const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
    return { status: response.status, headers: response.headers, body };
  }

  private keep(cookie: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
    if (value === '' || /max-age=0/i.test(cookie)) this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }
}
