import type { ReadUsage } from './reported-usage.js';
import type { UpstreamErrorFacts } from './upstream-error.js';

/**
 * The hub between dialects: one neutral form of a request, of an answer and of a stream. What a dialect says that has no
 * name here travels in `extensions`, by its name in that dialect, so that nothing is dropped without anyone noticing.
 */
export type Extensions = Readonly<Record<string, unknown>>;

export interface TextPart {
  readonly kind: 'text';
  readonly text: string;
  readonly extensions?: Extensions;
}

export interface ImagePart {
  readonly kind: 'image';
  /** `https:` or `data:` URL. */
  readonly url: string;
  readonly detail: string | null;
  readonly extensions?: Extensions;
}

export interface AudioPart {
  readonly kind: 'audio';
  /** What the provider calls it, where it keeps it: an earlier answer is referred to by this alone. */
  readonly id: string | null;
  /** Base64. */
  readonly data: string | null;
  readonly format: string | null;
  readonly transcript: string | null;
  /** Unix seconds after which the provider has forgotten it. */
  readonly expiresAt: number | null;
}

export interface FilePart {
  readonly kind: 'file';
  readonly fileId: string | null;
  /** Base64, mostly as a `data:` URL. */
  readonly data: string | null;
  readonly filename: string | null;
  readonly extensions?: Extensions;
}

export interface ToolCallPart {
  readonly kind: 'tool-call';
  readonly id: string;
  readonly name: string;
  /** As the model wrote it: for a function it should be JSON, for a custom tool it is any text. */
  readonly input: string;
  readonly custom: boolean;
  readonly extensions?: Extensions;
}

export interface ToolResultPart {
  readonly kind: 'tool-result';
  readonly toolCallId: string;
  readonly content: readonly Part[];
}

export interface ReasoningPart {
  readonly kind: 'reasoning';
  readonly text: string;
  /** The provider's proof that it wrote this; it has to come back verbatim. */
  readonly signature: string | null;
}

export interface RefusalPart {
  readonly kind: 'refusal';
  readonly text: string;
}

/** All before this may be kept by the provider for the next request. */
export interface CacheMarkerPart {
  readonly kind: 'cache-marker';
  readonly ttl: string | null;
}

export type Part =
  | TextPart
  | ImagePart
  | AudioPart
  | FilePart
  | ToolCallPart
  | ToolResultPart
  | ReasoningPart
  | RefusalPart
  | CacheMarkerPart;

export type Role = 'system' | 'developer' | 'user' | 'assistant' | 'tool';

export interface Message {
  readonly role: Role;
  readonly name: string | null;
  readonly parts: readonly Part[];
  readonly extensions: Extensions;
}

export interface Tool {
  readonly name: string;
  readonly description: string | null;
  /** JSON schema of a function's arguments; `null` for one without, and for custom tools. */
  readonly parameters: Extensions | null;
  readonly strict: boolean | null;
  /** The input is free text; `format` is the grammar, if there is one. */
  readonly custom: { readonly format: unknown } | null;
  readonly extensions: Extensions;
}

export type ToolChoice =
  | { readonly kind: 'none' | 'auto' | 'required' }
  | { readonly kind: 'tool'; readonly name: string; readonly custom: boolean }
  | { readonly kind: 'allowed'; readonly mode: 'auto' | 'required'; readonly tools: readonly unknown[] };

export type ResponseFormat =
  | { readonly kind: 'text' | 'json-object' }
  | {
      readonly kind: 'json-schema';
      readonly name: string;
      readonly description: string | null;
      readonly schema: Extensions | null;
      readonly strict: boolean | null;
    };

export interface Sampling {
  readonly temperature: number | null;
  readonly topP: number | null;
  readonly presencePenalty: number | null;
  readonly frequencyPenalty: number | null;
  readonly seed: number | null;
  readonly logitBias: Readonly<Record<string, number>> | null;
}

export interface Conversation {
  readonly model: string;
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
  readonly toolChoice: ToolChoice | null;
  readonly parallelToolCalls: boolean | null;
  readonly responseFormat: ResponseFormat | null;
  readonly sampling: Sampling;
  readonly maxOutputTokens: number | null;
  readonly stop: readonly string[];
  readonly choices: number;
  /** How many alternatives per token are wanted; 0 is the token's own probability only, `null` none. */
  readonly topLogprobs: number | null;
  readonly reasoningEffort: string | null;
  readonly verbosity: string | null;
  readonly outputModalities: readonly string[] | null;
  readonly outputAudio: Extensions | null;
  readonly serviceTier: string | null;
  readonly endUser: string | null;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  readonly extensions: Extensions;
}

export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'content-filter' | 'other';

export interface Logprobs {
  readonly content: readonly unknown[] | null;
  readonly refusal: readonly unknown[] | null;
}

export interface Choice {
  readonly index: number;
  /** In the order reasoning, text, refusal, images, audio, tool calls; streams do not tell another one apart. */
  readonly parts: readonly Part[];
  readonly finish: FinishReason | null;
  readonly annotations: readonly unknown[];
  readonly logprobs: Logprobs | null;
  readonly extensions: Extensions;
}

export interface Completion {
  readonly id: string;
  readonly model: string;
  /** Unix seconds. */
  readonly created: number;
  readonly choices: readonly Choice[];
  readonly usage: ReadUsage | null;
  readonly serviceTier: string | null;
  readonly extensions: Extensions;
}

/** What a stream says, one thing at a time. `choice` is the choice's index. */
export type StreamPart =
  | { readonly kind: 'start'; readonly id: string; readonly model: string; readonly created: number }
  | { readonly kind: 'text' | 'refusal'; readonly choice: number; readonly text: string }
  | { readonly kind: 'reasoning'; readonly choice: number; readonly text: string; readonly signature: string | null }
  | { readonly kind: 'image'; readonly choice: number; readonly image: ImagePart }
  /** Data and transcript are to be appended; the rest, where given, replaces what was known. */
  | { readonly kind: 'audio'; readonly choice: number; readonly audio: AudioPart }
  | {
      readonly kind: 'tool-call';
      readonly choice: number;
      /** Number of the call within the choice. */
      readonly index: number;
      readonly id: string;
      readonly name: string;
      readonly custom: boolean;
    }
  | { readonly kind: 'tool-input'; readonly choice: number; readonly index: number; readonly text: string }
  | { readonly kind: 'annotations'; readonly choice: number; readonly annotations: readonly unknown[] }
  | { readonly kind: 'logprobs'; readonly choice: number; readonly logprobs: Logprobs }
  | { readonly kind: 'finish'; readonly choice: number; readonly reason: FinishReason }
  | { readonly kind: 'usage'; readonly usage: ReadUsage }
  | { readonly kind: 'service-tier'; readonly serviceTier: string }
  /** `choice` is `null` for what concerns the answer as a whole. */
  | { readonly kind: 'extensions'; readonly choice: number | null; readonly extensions: Extensions }
  | { readonly kind: 'error'; readonly error: UpstreamErrorFacts }
  | { readonly kind: 'done' };
