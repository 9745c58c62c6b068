import { type CollectedStream, collectCompletion } from '../src/collect-completion.js';
import type { StreamPart } from '../src/conversation.js';
import type { Dialect, ProviderDialect } from '../src/dialect.js';

export const OPTIONS = { includeUsage: true, createdAt: 1_700_000_000 };

/** What a dialect reads in a stream that comes in these chunks. */
export function read(dialect: Pick<ProviderDialect, 'streamReader'>, chunks: Iterable<Buffer>): readonly StreamPart[] {
  const reader = dialect.streamReader();
  const parts: StreamPart[] = [];
  for (const chunk of chunks) parts.push(...reader.push(chunk));
  return [...parts, ...reader.end()];
}

/** The stream that a dialect writes for these parts. */
export function written(dialect: Dialect, parts: Iterable<StreamPart>): string {
  const writer = dialect.streamWriter(OPTIONS);
  return [...parts].map((part) => writer.write(part)).join('');
}

/** The answer that a dialect reads in a whole stream. */
export const collected = (dialect: Dialect, sse: string): CollectedStream =>
  collectCompletion(read(dialect, [Buffer.from(sse)]));
