import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** One recorded exchange with a real provider, as the folder beside the project holds them. */
export interface RecordedExchange {
  readonly name: string;
  readonly provider: string;
  readonly request: { readonly path?: string; readonly body?: unknown };
  readonly response: {
    readonly status: number;
    readonly headers?: Record<string, string>;
    readonly body?: Record<string, unknown>;
    readonly sse_text?: string;
  };
  readonly expect?: {
    readonly text?: string;
    readonly reasoning?: string;
    readonly tool_calls?: readonly { readonly name: string; readonly arguments: unknown }[];
    readonly finish?: string;
    readonly usage?: Readonly<Record<'prompt' | 'completion' | 'total' | 'cached' | 'reasoning', number>> | null;
  };
}

const FOLDER = fileURLToPath(new URL('../../../../shared/fixtures/', import.meta.url));

/** All exchanges; none when the folder is not there. */
function readRecordings(): readonly RecordedExchange[] {
  if (!existsSync(FOLDER)) return [];
  const exchanges: RecordedExchange[] = [];
  for (const provider of readdirSync(FOLDER, { withFileTypes: true })) {
    if (!provider.isDirectory()) continue;
    for (const file of readdirSync(FOLDER + provider.name)) {
      const text = readFileSync(`${FOLDER}${provider.name}/${file}`, 'utf8');
      const exchange = { ...(JSON.parse(text) as RecordedExchange), name: `${provider.name}/${file}` };
      exchanges.push(exchange);
    }
  }
  return exchanges;
}

function isChat({ request, response }: RecordedExchange): boolean {
  if (response.status !== 200 || request.path?.includes('chat/completions') !== true) return false;
  return response.sse_text?.includes('"choices"') ?? Array.isArray(response.body?.['choices']);
}

function isMessage({ request }: RecordedExchange): boolean {
  return request.path?.startsWith('/v1/messages') === true;
}

export const recordings = readRecordings();
const chats = recordings.filter(isChat);
/** Also those that were refused. */
export const recordedMessages = recordings.filter(isMessage);
export const recordedStreams = chats.filter((chat) => chat.response.sse_text !== undefined);
export const recordedCompletions = chats.filter((chat) => chat.response.body !== undefined);
export const NO_RECORDINGS = chats.length === 0;
if (NO_RECORDINGS) process.stderr.write('SKIPPED: recorded exchanges are not beside the project\n');
