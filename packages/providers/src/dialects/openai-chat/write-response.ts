import type { AudioPart, Choice, Completion, Extensions } from '../../conversation.js';
import type { JsonRecord } from '../../json.js';
import { toolCall } from './build-request.js';
import { writeFinishReason } from './finish-reasons.js';
import { writeUsage } from './write-usage.js';

/** Writes an answer that is not streamed. */
export function writeResponse(completion: Completion): JsonRecord {
  return {
    ...completion.extensions,
    id: completion.id,
    object: 'chat.completion',
    created: completion.created,
    model: completion.model,
    choices: completion.choices.map(writeChoice),
    ...(completion.usage !== null && { usage: writeUsage(completion.usage) }),
    ...(completion.serviceTier !== null && { service_tier: completion.serviceTier }),
  };
}

function writeChoice(choice: Choice): JsonRecord {
  const message: Record<string, unknown> = { role: 'assistant', content: null, refusal: null };
  const calls = choice.parts.filter((part) => part.kind === 'tool-call');
  const images = choice.parts.filter((part) => part.kind === 'image');
  for (const part of choice.parts) {
    if (part.kind === 'text') message['content'] = `${(message['content'] as string | null) ?? ''}${part.text}`;
    else if (part.kind === 'refusal') message['refusal'] = part.text;
    else if (part.kind === 'audio') message['audio'] = writeAudio(part);
    else if (part.kind === 'reasoning') {
      message['reasoning_content'] = part.text;
      if (part.signature !== null) message['reasoning_signature'] = part.signature;
    }
  }
  if (calls.length > 0) message['tool_calls'] = calls.map(toolCall);
  else message['content'] ??= message['refusal'] === null && message['audio'] === undefined ? '' : null;
  if (images.length > 0) message['images'] = images.map(({ url }) => ({ type: 'image_url', image_url: { url } }));
  if (choice.annotations.length > 0) message['annotations'] = choice.annotations;
  const { message: unnamed, ...extensions } = choice.extensions;
  return {
    ...extensions,
    index: choice.index,
    message: { ...(unnamed as Extensions | undefined), ...message },
    logprobs: choice.logprobs,
    finish_reason: writeFinishReason(choice.finish ?? 'stop'),
  };
}

export function writeAudio({ id, data, transcript, expiresAt }: AudioPart): JsonRecord {
  return {
    ...(id !== null && { id }),
    ...(data !== null && { data }),
    ...(transcript !== null && { transcript }),
    ...(expiresAt !== null && { expires_at: expiresAt }),
  };
}
