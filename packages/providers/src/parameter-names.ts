import type { ClientDialectId } from './dialect-id.js';

/** What a client of each dialect calls the things that another dialect may be unable to say. */
interface ParameterNames {
  readonly choices: string;
  readonly logprobs: string;
  readonly topLogprobs: string;
  readonly topK: string;
  readonly topP: string;
  readonly temperature: string;
  readonly presencePenalty: string;
  readonly frequencyPenalty: string;
  readonly seed: string;
  readonly logitBias: string;
  readonly stop: string;
  readonly maxOutputTokens: string;
  readonly thinking: string;
  readonly effort: string;
  readonly verbosity: string;
  readonly outputModalities: string;
  readonly outputAudio: string;
  readonly serviceTier: string;
  readonly responseFormat: string;
  readonly toolChoice: string;
  readonly parallelToolCalls: string;
  /** What the model thought, among the messages. */
  readonly thoughts: string;
  readonly endUser: string;
  /** Of any message, and of any part of one. */
  readonly message: string;
  readonly content: string;
}

const OPENAI_CHAT: ParameterNames = {
  choices: 'n',
  logprobs: 'logprobs',
  topLogprobs: 'top_logprobs',
  topK: 'top_k',
  topP: 'top_p',
  temperature: 'temperature',
  presencePenalty: 'presence_penalty',
  frequencyPenalty: 'frequency_penalty',
  seed: 'seed',
  logitBias: 'logit_bias',
  stop: 'stop',
  maxOutputTokens: 'max_tokens',
  thinking: 'reasoning_effort',
  effort: 'reasoning_effort',
  verbosity: 'verbosity',
  outputModalities: 'modalities',
  outputAudio: 'audio',
  serviceTier: 'service_tier',
  responseFormat: 'response_format',
  toolChoice: 'tool_choice',
  parallelToolCalls: 'parallel_tool_calls',
  thoughts: 'messages[].reasoning_content',
  endUser: 'user',
  message: 'messages[]',
  content: 'messages[].content[]',
};

export type ParameterName = keyof ParameterNames;

/** Names that Anthropic's dialect has no word for are never needed. */
const ANTHROPIC_MESSAGES: ParameterNames = {
  ...OPENAI_CHAT,
  stop: 'stop_sequences',
  thinking: 'thinking',
  effort: 'output_config.effort',
  responseFormat: 'output_config.format',
  parallelToolCalls: 'tool_choice.disable_parallel_tool_use',
  thoughts: 'messages[].content[].thinking',
  endUser: 'metadata.user_id',
};

const OPENAI_RESPONSES: ParameterNames = {
  ...OPENAI_CHAT,
  maxOutputTokens: 'max_output_tokens',
  thinking: 'reasoning',
  effort: 'reasoning.effort',
  verbosity: 'text.verbosity',
  responseFormat: 'text.format',
  thoughts: 'input[].reasoning',
  message: 'input[]',
  content: 'input[].content[]',
};

const GOOGLE_GENERATE: ParameterNames = {
  ...OPENAI_CHAT,
  choices: 'generationConfig.candidateCount',
  logprobs: 'generationConfig.responseLogprobs',
  topLogprobs: 'generationConfig.logprobs',
  topK: 'generationConfig.topK',
  topP: 'generationConfig.topP',
  temperature: 'generationConfig.temperature',
  presencePenalty: 'generationConfig.presencePenalty',
  frequencyPenalty: 'generationConfig.frequencyPenalty',
  seed: 'generationConfig.seed',
  stop: 'generationConfig.stopSequences',
  maxOutputTokens: 'generationConfig.maxOutputTokens',
  thinking: 'generationConfig.thinkingConfig',
  effort: 'generationConfig.thinkingConfig.thinkingLevel',
  outputModalities: 'generationConfig.responseModalities',
  outputAudio: 'generationConfig.speechConfig',
  responseFormat: 'generationConfig.responseSchema',
  toolChoice: 'toolConfig.functionCallingConfig',
  thoughts: 'contents[].parts[].thought',
  message: 'contents[]',
  content: 'contents[].parts[]',
};

export const PARAMETER_NAMES: Readonly<Record<ClientDialectId, ParameterNames>> = {
  'openai-chat': OPENAI_CHAT,
  'openai-responses': OPENAI_RESPONSES,
  'openai-completions': { ...OPENAI_CHAT, topLogprobs: 'logprobs' },
  'google-generate': GOOGLE_GENERATE,
  'anthropic-messages': ANTHROPIC_MESSAGES,
};
