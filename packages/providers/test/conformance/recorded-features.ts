import { collectCompletion } from '../../src/collect-completion.js';
import type { Completion } from '../../src/conversation.js';
import type { ProviderDialectId } from '../../src/dialect-id.js';
import { providerDialects } from '../../src/dialects/registry.js';
import type { ProviderId } from '../../src/provider-id.js';
import { type RecordedExchange, recordings } from '../recorded-exchanges.js';
import type { ConversationFeature } from './features.js';

const FOLDERS: Partial<Readonly<Record<ProviderId, readonly string[]>>> = {
  openai: ['openai', 'openai-responses'],
  'azure-openai': ['azure'],
  'google-gemini': ['gemini'],
  'google-vertex': ['vertex'],
  'aws-bedrock': ['bedrock'],
  zhipu: ['zai'],
};
const PATHS: Readonly<Record<ProviderDialectId, RegExp>> = {
  'openai-chat': /chat\/completions/,
  'openai-responses': /\/responses/,
  'anthropic-messages': /\/messages|:(?:stream)?rawPredict/i,
  'google-generate': /:(?:stream)?generateContent/i,
  'bedrock-converse': /\/converse/,
  'cohere-chat': /\/v2\/chat/,
};

/** What recorded exchanges with this provider prove of the dialect: each is read and compared with what was said. */
export function recordedFeatures(provider: ProviderId, dialect: ProviderDialectId): ReadonlySet<ConversationFeature> {
  const folders = FOLDERS[provider] ?? [provider];
  const found = new Set<ConversationFeature>();
  for (const exchange of recordings) {
    if (!folders.includes(exchange.name.split('/')[0] ?? '') || !PATHS[dialect].test(exchange.request.path ?? ''))
      continue;
    if (exchange.response.status === 200) for (const feature of answered(exchange, dialect)) found.add(feature);
    else if (isError(exchange, dialect)) {
      const feature =
        exchange.response.status === 429 ? 'error 429 and Retry-After' : `error ${exchange.response.status}`;
      // the recordings of 429 do not all say how long to wait
      if (exchange.response.status !== 429) found.add(feature as ConversationFeature);
    }
  }
  return found;
}

function completionOf({ response }: RecordedExchange, dialect: ProviderDialectId): Completion | null {
  const { sse_text: text, base64, body } = response;
  if (text === undefined && base64 === undefined) return providerDialects[dialect].readResponse(body);
  const reader = providerDialects[dialect].streamReader();
  const bytes = base64 === undefined ? Buffer.from(text ?? '') : Buffer.from(base64, 'base64');
  return collectCompletion([...reader.push(bytes), ...reader.end()]).completion;
}

function answered(exchange: RecordedExchange, dialect: ProviderDialectId): readonly ConversationFeature[] {
  const { expect: told, response } = exchange;
  const completion = completionOf(exchange, dialect);
  const [choice] = completion?.choices ?? [];
  if (completion === null || choice === undefined || told === undefined) return [];
  const found: ConversationFeature[] = [];
  const of = (kind: 'text' | 'reasoning'): string =>
    choice.parts.map((part) => (part.kind === kind ? part.text : '')).join('');
  const text = told.text === undefined || told.text === '' || told.text === of('text');
  if (text && (told.text ?? '') !== '') found.push('text');
  const calls = choice.parts.filter((part) => part.kind === 'tool-call');
  const wanted = told.tool_calls ?? [];
  const called = wanted.length === calls.length && wanted.every(({ name }, i) => calls[i]?.name === name);
  if (called && wanted.length > 0) found.push('tools');
  if (called && wanted.length > 1) found.push('parallel tools');
  if (text && called && (response.sse_text ?? response.base64) !== undefined) found.push('stream');
  if ((told.reasoning ?? '') !== '' && told.reasoning === of('reasoning')) found.push('reasoning shown');
  const { usage } = completion;
  if (told.usage && usage !== null && usage.problem === null) {
    const {
      input = 0,
      input_cache_read: read = 0,
      input_cache_write_5m: five = 0,
      input_cache_write_1h: hour = 0,
    } = usage.usage;
    if (input + read + five + hour === told.usage.prompt) found.push('usage');
    if (told.usage.cached > 0 && read === told.usage.cached) found.push('cache tokens');
  }
  if (choice.finish === 'content-filter') found.push('content filter');
  return found;
}

function isError({ response }: RecordedExchange, dialect: ProviderDialectId): boolean {
  const body = Buffer.from(JSON.stringify(response.body ?? {}));
  const facts = providerDialects[dialect].readError(response.status, response.headers ?? {}, body);
  return facts.message !== '' && facts.code.startsWith('provider_');
}
