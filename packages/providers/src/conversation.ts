import type { ClientDialectId, DialectId } from './dialect-id.js';
import type { ReadUsage } from './reported-usage.js';
import type { UpstreamErrorFacts } from './upstream-error.js';

/**
 * The hub between dialects: one neutral form of a request, of an answer and of a stream. What a dialect says that has no
 * name here travels in `extensions`, by its name in that dialect: only that dialect writes it again. In a request every
 * other one has to report it (`Dialect.inexpressible`), so that nothing is dropped without anyone noticing.
 */
export type Extensions = Readonly<Record<string, unknown>>;

export interface TextPart {
  readonly kind: 'text';
  readonly text: string;
  readonly extensions?: Extensions;
}

export interface ImagePart {
  readonly kind: 'image';
  /** `https:` or `data:` URL; `null` where the provider keeps the image under `fileId`. */
  readonly url: string | null;
  readonly fileId: string | null;
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

export type FileSource =
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'url'; readonly url: string }
  /** Base64, mostly as a `data:` URL. */
  | { readonly kind: 'data'; readonly data: string }
  | { readonly kind: 'text'; readonly text: string }
  /** Texts and images that make up a document. */
  | { readonly kind: 'parts'; readonly parts: readonly Part[] };

export interface FilePart {
  readonly kind: 'file';
  readonly source: FileSource;
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
  /** The tool failed, and the content says how. */
  readonly isError: boolean;
  readonly extensions?: Extensions;
}

/** What the model thought. Providers check it when it comes back: order, text, signature and `redacted` stay untouched. */
export interface ReasoningPart {
  readonly kind: 'reasoning';
  /** Empty where the provider shows nothing of it. */
  readonly text: string;
  /** The provider's proof that it wrote this, or its opaque state for the part that follows. */
  readonly signature: string | null;
  /** Thoughts that only the provider can read. */
  readonly redacted: string | null;
  /**
   * Whose proof `signature` and `redacted` are; without it, that of the dialect of the conversation or the answer in which
   * this stands. Only models that know such proofs take it back (`isProvenTo`), all other ones must not see it.
   */
  readonly provenBy?: DialectId;
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

/** What only one dialect knows, as it stands on its wire: steps of tools that the provider runs, new kinds of content. */
export interface OpaquePart {
  readonly kind: 'opaque';
  readonly dialect: DialectId;
  readonly wire: Extensions;
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
  | CacheMarkerPart
  | OpaquePart;

export type Role = 'system' | 'developer' | 'user' | 'assistant' | 'tool';

export interface Message {
  /** Where it stands in the client's request, in the client's own words: `messages[2]`, `system`. */
  readonly path: string;
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
  /** Defined, and mostly run, by the provider: what it is stands in `extensions`, and only this dialect can say it. */
  readonly definedBy: DialectId | null;
  /** All tools up to this one may be kept by the provider for the next request. */
  readonly cacheMarker: { readonly ttl: string | null } | null;
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
  readonly topK: number | null;
  readonly presencePenalty: number | null;
  readonly frequencyPenalty: number | null;
  readonly seed: number | null;
  readonly logitBias: Readonly<Record<string, number>> | null;
}

/** How the client wants the model to think; providers are told by words of effort, by a budget, or not at all. */
export type Thinking =
  | { readonly kind: 'off' }
  /** The model decides; `between-tools`: only after results of tools. */
  | { readonly kind: 'adaptive' | 'between-tools'; readonly display: string | null }
  | { readonly kind: 'budget'; readonly tokens: number; readonly display: string | null };

export interface Reasoning {
  /** `none`, `minimal`, `low`, `medium`, `high`, `xhigh`, `max`; `null` is the model's default. */
  readonly effort: string | null;
  readonly thinking: Thinking | null;
  /** Thoughts of the running tool loop are gone: models that insist on them cannot think in this turn. */
  readonly lost: boolean;
}

export interface Conversation {
  /** Whose words the extensions are, and the paths of messages. */
  readonly dialect: ClientDialectId;
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
  readonly reasoning: Reasoning;
  readonly verbosity: string | null;
  readonly outputModalities: readonly string[] | null;
  readonly outputAudio: Extensions | null;
  /** In OpenAI's words: `auto`, `default`, `flex`, `priority`. */
  readonly serviceTier: string | null;
  readonly endUser: string | null;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  readonly extensions: Extensions;
}

/** `pause`: a tool that the provider runs takes long, and the answer goes on when it is sent back. */
export type FinishReason =
  | 'stop'
  | 'stop-sequence'
  | 'length'
  | 'context-window'
  | 'tool-calls'
  | 'content-filter'
  | 'refusal'
  | 'pause'
  | 'other';

export interface Logprobs {
  readonly content: readonly unknown[] | null;
  readonly refusal: readonly unknown[] | null;
}

export interface Choice {
  readonly index: number;
  /**
   * As the model wrote them, where the dialect tells; otherwise in the order reasoning, text, refusal, images, audio, tool
   * calls.
   */
  readonly parts: readonly Part[];
  readonly finish: FinishReason | null;
  /** Which of the client's stop sequences ended it, where that is told. */
  readonly stopSequence: string | null;
  readonly annotations: readonly unknown[];
  readonly logprobs: Logprobs | null;
  readonly extensions: Extensions;
}

export interface Completion {
  /** Whose words the extensions and the service tier are. */
  readonly dialect: DialectId;
  readonly id: string;
  readonly model: string;
  /** Unix seconds; 0 where the provider does not say. */
  readonly created: number;
  readonly choices: readonly Choice[];
  readonly usage: ReadUsage | null;
  readonly serviceTier: string | null;
  readonly extensions: Extensions;
}

/** What a stream says, one thing at a time. `choice` is the choice's index. */
export type StreamPart =
  | {
      readonly kind: 'start';
      readonly dialect: DialectId;
      readonly id: string;
      readonly model: string;
      readonly created: number;
      /** What is known so early, mostly of the input; the usage at the end replaces it. */
      readonly usage: ReadUsage | null;
    }
  /** What comes now is a new part, even where it is of the kind of the one before. */
  | { readonly kind: 'part'; readonly choice: number }
  | { readonly kind: 'text' | 'refusal'; readonly choice: number; readonly text: string }
  | {
      readonly kind: 'reasoning';
      readonly choice: number;
      readonly text: string;
      readonly signature: string | null;
      readonly redacted: string | null;
      readonly provenBy?: DialectId;
    }
  /** Where the text that is being written comes from, in the dialect's own words; among the text part's extensions. */
  | { readonly kind: 'citation'; readonly choice: number; readonly citation: Extensions }
  /** Whole: what is opaque does not come in pieces. */
  | { readonly kind: 'opaque'; readonly choice: number; readonly part: OpaquePart }
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
      readonly extensions?: Extensions;
    }
  | { readonly kind: 'tool-input'; readonly choice: number; readonly index: number; readonly text: string }
  | { readonly kind: 'annotations'; readonly choice: number; readonly annotations: readonly unknown[] }
  | { readonly kind: 'logprobs'; readonly choice: number; readonly logprobs: Logprobs }
  | {
      readonly kind: 'finish';
      readonly choice: number;
      readonly reason: FinishReason;
      readonly stopSequence: string | null;
    }
  | { readonly kind: 'usage'; readonly usage: ReadUsage }
  | { readonly kind: 'service-tier'; readonly serviceTier: string }
  /** `choice` is `null` for what concerns the answer as a whole. */
  | { readonly kind: 'extensions'; readonly choice: number | null; readonly extensions: Extensions }
  | { readonly kind: 'error'; readonly error: UpstreamErrorFacts }
  | { readonly kind: 'done' };
