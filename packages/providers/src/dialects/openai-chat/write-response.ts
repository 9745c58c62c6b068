import { answerName } from '../../answer-name.js';
import type { AudioPart, Choice, Completion, Extensions } from '../../conversation.js';
import type { JsonRecord } from '../../json.js';
import type { AnswerOptions } from '../../dialect.js';
import { annotationsOf } from './write-annotations.js';
import { toolCall } from './build-messages.js';
import { writeFinishReason } from './finish-reasons.js';
import { writeUsage } from './write-usage.js';

/** Of the ids of chat completions. */
export const ID_PREFIX = 'chatcmpl-';

/** Writes an answer that is not streamed. */
export function writeResponse(completion: Completion, options: AnswerOptions): JsonRecord {
  const { id, model } = answerName(completion, options, ID_PREFIX);
  const own = completion.dialect === 'openai-chat';
  const serviceTier = writeServiceTier(completion.serviceTier);
  return {
    ...(own && completion.extensions),
    id,
    object: 'chat.completion',
    created: completion.created === 0 ? options.createdAt : completion.created,
    model,
    choices: completion.choices.map((choice) => writeChoice(choice, own)),
    ...(completion.usage !== null && { usage: writeUsage(completion.usage) }),
    ...(serviceTier !== null && { service_tier: serviceTier }),
  };
}

/** OpenAI keeps the sound of an answer for a while, under an id; others send it and forget it. */
const UNKEPT_AUDIO = { id: 'audio', expires_at: 0, transcript: '' };

function writeChoice(choice: Choice, own: boolean): JsonRecord {
  const message: Record<string, unknown> = { role: 'assistant', content: null, refusal: null };
  const calls = choice.parts.filter((part) => part.kind === 'tool-call');
  const images = choice.parts.filter((part) => part.kind === 'image');
  for (const part of choice.parts) {
    if (part.kind === 'text') message['content'] = `${(message['content'] as string | null) ?? ''}${part.text}`;
    else if (part.kind === 'refusal') message['refusal'] = part.text;
    else if (part.kind === 'audio')
      message['audio'] = own ? writeAudio(part) : { ...UNKEPT_AUDIO, ...writeAudio(part) };
    else if (part.kind === 'reasoning' && (own || part.text !== '')) {
      message['reasoning_content'] = `${(message['reasoning_content'] as string | undefined) ?? ''}${part.text}`;
      if (part.signature !== null && own) message['reasoning_signature'] = part.signature;
    }
  }
  if (calls.length > 0) message['tool_calls'] = calls.map((call) => toolCall(own ? call : { ...call, extensions: {} }));
  else message['content'] ??= message['refusal'] === null && message['audio'] === undefined ? '' : null;
  if (images.length > 0) message['images'] = images.map(({ url }) => ({ type: 'image_url', image_url: { url } }));
  const annotations = [...choice.annotations, ...annotationsOf(choice.parts)];
  if (annotations.length > 0) message['annotations'] = annotations;
  const { message: unnamed, ...extensions } = own ? choice.extensions : {};
  return {
    ...extensions,
    index: choice.index,
    message: { ...(unnamed as Extensions | undefined), ...message },
    logprobs: choice.logprobs,
    finish_reason: writeFinishReason(choice.finish ?? 'stop'),
  };
}

/** Anthropic's words in OpenAI's; what has no word here is not said. */
const SERVICE_TIERS: Readonly<Record<string, string | null>> = { standard: 'default', batch: null };

export function writeServiceTier(tier: string | null): string | null {
  if (tier === null) return null;
  const word = SERVICE_TIERS[tier];
  return word === undefined ? tier : word;
}

export function writeAudio({ id, data, transcript, expiresAt }: AudioPart): JsonRecord {
  return {
    ...(id !== null && { id }),
    ...(data !== null && { data }),
    ...(transcript !== null && { transcript }),
    ...(expiresAt !== null && { expires_at: expiresAt }),
  };
}
