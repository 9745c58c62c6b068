import { isRecord, type JsonRecord } from '../../json.js';

/** The first models that think know neither system nor developer; source: platform.openai.com/docs/guides/reasoning. */
const WITHOUT_SYSTEM = /^o1-(?:mini|preview)/;

/**
 * What the first models that think take of a chat completion request. All others are sent what the client wrote: that they
 * refuse the older name of the cap is seen to where caps are.
 */
export function rewriteForFirstThinkers(upstreamModel: string): ((body: JsonRecord) => JsonRecord) | null {
  return WITHOUT_SYSTEM.test(upstreamModel) ? withoutSystem : null;
}

function withoutSystem(body: JsonRecord): JsonRecord {
  const { messages } = body;
  if (!Array.isArray(messages)) return body;
  const asUser = (message: unknown): unknown =>
    isRecord(message) && (message['role'] === 'system' || message['role'] === 'developer')
      ? { ...message, role: 'user' }
      : message;
  return { ...body, messages: messages.map(asUser) };
}
