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
    /** A stream that is not made of text. */
    readonly base64?: string;
  };
  readonly expect?: {
    readonly text?: string;
    readonly reasoning?: string;
    readonly tool_calls?: readonly { readonly name: string; readonly arguments: unknown }[];
    readonly finish?: string;
    readonly usage?:
      | (Readonly<Record<'prompt' | 'completion' | 'total' | 'cached' | 'reasoning', number>> & {
          /** What is billed, where that is not what was processed. */
          readonly billed?: Readonly<Record<string, number>>;
        })
      | null;
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

function isBedrock({ request }: RecordedExchange): boolean {
  return request.path?.startsWith('/model/') === true;
}

function isCohereChat({ provider, request }: RecordedExchange): boolean {
  return provider === 'cohere' && request.path === '/v2/chat';
}

function isResponse({ request }: RecordedExchange): boolean {
  return request.path?.startsWith('/v1/responses') === true;
}

function isGoogle({ request }: RecordedExchange): boolean {
  return /:(?:stream)?generateContent\b/i.test(request.path ?? '');
}

export const recordings = readRecordings();

/** @throws Error when there is none of the name. */
export function recordedOperation(name: string): RecordedExchange {
  const exchange = recordings.find((recording) => recording.name === name);
  if (exchange === undefined) throw new Error(`no recorded exchange ${name}`);
  return exchange;
}

const chats = recordings.filter(isChat);
/** Also those that were refused. */
export const recordedMessages = recordings.filter(isMessage);
export const recordedConverse = recordings.filter(isBedrock);
export const recordedCohereChats = recordings.filter(isCohereChat);
export const recordedResponses = recordings.filter(isResponse);
export const recordedLegacyCompletions = recordings.filter(({ request }) => request.path === '/v1/completions');
/** Of the Gemini API and of Vertex AI, also those that were refused. */
export const recordedGoogle = recordings.filter(isGoogle);
export const recordedStreams = chats.filter((chat) => chat.response.sse_text !== undefined);
export const recordedCompletions = chats.filter((chat) => chat.response.body !== undefined);
export const NO_RECORDINGS = chats.length === 0;
if (NO_RECORDINGS) process.stderr.write('SKIPPED: recorded exchanges are not beside the project\n');
