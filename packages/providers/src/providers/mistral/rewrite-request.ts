import { isRecord, type JsonRecord } from '../../json.js';

/** Fields of OpenAI's clients that are answered with a 422, "Extra inputs are not permitted", and change no answer. */
const LEFT_OUT = ['stream_options', 'user', 'store', 'metadata', 'service_tier'];

/**
 * Says in Mistral's words what a chat completion request says in OpenAI's; source: docs.mistral.ai/api. Whatever else
 * Mistral does not know stays, so that the client learns of it.
 */
export function rewriteForMistral(body: JsonRecord): JsonRecord {
  const { seed, max_completion_tokens: cap, ...rest } = body;
  const wire: Record<string, unknown> = { ...rest };
  for (const name of LEFT_OUT) delete wire[name];
  if (seed != null) wire['random_seed'] = seed;
  if (cap != null && wire['max_tokens'] == null) wire['max_tokens'] = cap;
  if (wire['tool_choice'] === 'required') wire['tool_choice'] = 'any';
  if (Array.isArray(wire['messages'])) wire['messages'] = continued(wire['messages']);
  return wire;
}

/** A last message of the assistant is only gone on from when it says so; otherwise it is refused. */
function continued(messages: readonly unknown[]): readonly unknown[] {
  const last = messages.at(-1);
  const goesOn = isRecord(last) && last['role'] === 'assistant' && last['tool_calls'] == null;
  return goesOn ? [...messages.slice(0, -1), { prefix: true, ...last }] : messages;
}
