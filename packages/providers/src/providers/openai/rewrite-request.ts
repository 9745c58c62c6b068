import { isRecord, type JsonRecord } from '../../json.js';

/** The first models that think know neither system nor developer; source: platform.openai.com/docs/guides/reasoning. */
const WITHOUT_SYSTEM = /^o1-(?:mini|preview)/;

/** Clients still send thinking models the older name of the cap, which these refuse. */
export function rewriteForThinkingModel(upstreamModel: string): (body: JsonRecord) => JsonRecord {
  return WITHOUT_SYSTEM.test(upstreamModel) ? (body) => withoutSystem(withNewCap(body)) : withNewCap;
}

function withNewCap(body: JsonRecord): JsonRecord {
  const { max_tokens: cap, ...rest } = body;
  if (cap === undefined) return body;
  return cap === null ? rest : { max_completion_tokens: cap, ...rest };
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
