import { connect } from 'node:net';

export interface RawAnswer {
  /** 0 when the server closed without an answer. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Everything that came, as it came. */
  readonly text: string;
}

/** Sends bytes as they are and reads until the server closes. @throws when it does not within the time. */
export function sendRaw(port: number, bytes: string | Buffer, withinMs = 20_000): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    const late = setTimeout(() => {
      socket.destroy();
      reject(
        new Error(`no end of the answer within ${withinMs} ms: ${Buffer.concat(chunks).toString().slice(0, 500)}`),
      );
    }, withinMs);
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    // a server that refuses early may close while bytes are still on their way
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(late);
      resolve(parse(Buffer.concat(chunks)));
    });
  });
}

function parse(bytes: Buffer): RawAnswer {
  const text = bytes.toString('utf8');
  const [head = '', ...rest] = text.split('\r\n\r\n');
  // an interim answer comes before the one that counts
  if (/^HTTP\/1\.1 100 /.test(head)) return parse(Buffer.from(rest.join('\r\n\r\n')));
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(statusLine)?.[1] ?? 0);
  const body = rest.join('\r\n\r\n');
  return { status, headers, text, body: headers['transfer-encoding'] === 'chunked' ? dechunk(body) : body };
}

function dechunk(body: string): string {
  const bytes = Buffer.from(body);
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf('\r\n', at);
    const size = Number.parseInt(bytes.subarray(at, end).toString(), 16);
    if (end < 0 || !(size > 0)) break;
    text += bytes.subarray(end + 2, end + 2 + size).toString();
    at = end + 2 + size + 2;
  }
  return text;
}
