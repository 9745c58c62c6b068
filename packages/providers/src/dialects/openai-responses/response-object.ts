import type { Conversation, FinishReason } from '../../conversation.js';
import type { AnswerOptions } from '../../dialect.js';
import type { JsonRecord } from '../../json.js';
import { writeServiceTier } from '../openai-chat/write-response.js';
import { writeTextFormat, writeTool, writeToolChoice } from './write-tools.js';

export interface ResponseHead {
  readonly id: string;
  readonly model: string;
  /** Unix seconds; 0 where the provider does not say. */
  readonly created: number;
}

/** How far a response is. */
export interface ResponseState {
  readonly status: 'in_progress' | 'completed' | 'incomplete' | 'failed';
  readonly output: readonly JsonRecord[];
  readonly incomplete_details: JsonRecord | null;
  readonly error: JsonRecord | null;
  readonly usage: JsonRecord | null;
}

/** What every state of a response says: who answers, and what was asked. It is not stored, whatever was asked. */
export function responseBase(head: ResponseHead, { createdAt, conversation }: AnswerOptions): JsonRecord {
  return {
    id: head.id,
    object: 'response',
    created_at: head.created === 0 ? createdAt : head.created,
    background: false,
    completed_at: null,
    ...asked(conversation),
    model: head.model,
    previous_response_id: null,
    store: false,
  };
}

/** The request as it is repeated, with OpenAI's defaults for what it leaves out. */
function asked(conversation: Conversation | undefined): JsonRecord {
  const { extensions = {}, sampling, toolChoice = null, responseFormat = null, tools = [] } = conversation ?? {};
  const { text, reasoning } = extensions;
  return {
    instructions: instructionsOf(conversation),
    max_output_tokens: conversation?.maxOutputTokens ?? null,
    max_tool_calls: extensions['max_tool_calls'] ?? null,
    metadata: extensions['metadata'] ?? {},
    parallel_tool_calls: conversation?.parallelToolCalls ?? true,
    prompt_cache_key: extensions['prompt_cache_key'] ?? null,
    reasoning: {
      effort: conversation?.reasoning.effort ?? null,
      summary: null,
      ...(reasoning as JsonRecord | undefined),
    },
    safety_identifier: extensions['safety_identifier'] ?? null,
    service_tier: conversation?.serviceTier ?? 'auto',
    temperature: sampling?.temperature ?? 1,
    text: {
      format: responseFormat === null ? { type: 'text' } : writeTextFormat(responseFormat),
      verbosity: conversation?.verbosity ?? 'medium',
      ...(text as JsonRecord | undefined),
    },
    tool_choice: toolChoice === null ? 'auto' : writeToolChoice(toolChoice),
    tools: tools.map((tool) => (tool.definedBy === null ? writeTool(tool, true) : tool.extensions)),
    top_logprobs: conversation?.topLogprobs ?? 0,
    top_p: sampling?.topP ?? 1,
    truncation: extensions['truncation'] ?? 'disabled',
    user: conversation?.endUser ?? null,
  };
}

function instructionsOf(conversation: Conversation | undefined): string | null {
  const first = conversation?.messages[0];
  const part = first?.path === 'instructions' ? first.parts[0] : undefined;
  return part?.kind === 'text' ? part.text : null;
}

/** A response as it ended. */
export function ended(finish: FinishReason, output: readonly JsonRecord[], usage: JsonRecord): ResponseState {
  const reason = INCOMPLETE[finish] ?? null;
  const status = reason === null ? 'completed' : 'incomplete';
  return { status, output, incomplete_details: reason === null ? null : { reason }, error: null, usage };
}

/** Everything else is complete: OpenAI has no other words. */
const INCOMPLETE: Readonly<Partial<Record<FinishReason, string>>> = {
  length: 'max_output_tokens',
  'context-window': 'max_output_tokens',
  'content-filter': 'content_filter',
  refusal: 'content_filter',
};

export function tierOf(serviceTier: string | null): JsonRecord {
  const tier = writeServiceTier(serviceTier);
  return tier === null ? {} : { service_tier: tier };
}
