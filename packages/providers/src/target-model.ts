import type { JsonRecord } from './json.js';
import type { MaxOutputField } from './passthrough/scanned-request.js';

/**
 * How a model is told to think: `effort` by a word, `budget` by tokens, `adaptive` by leaving it to the model with a word
 * of effort beside it, `none` when it does not think, `unknown` when nothing is known of the model.
 */
export type ThinkingControl = 'effort' | 'budget' | 'adaptive' | 'none' | 'unknown';

/** Fields of the provider's own that turn thinking on and off, where the dialect has only words of effort. */
export interface ThinkingSwitch {
  readonly on: JsonRecord;
  readonly off: JsonRecord;
  /** Takes the most tokens to think, beside what turns it on. */
  readonly budgetField?: string;
}

/** What the model behind a deployment takes, beyond what its dialect says: all that writing a request has to know. */
export interface TargetModel {
  readonly outputCapField: MaxOutputField;
  /** The cap for dialects that cannot do without one; `null` where it is not known. */
  readonly maxOutputTokens: number | null;
  readonly thinking: ThinkingControl;
  /** The least that it can be told to think; `between-tools`: only after results of tools. */
  readonly leastThinking: 'nothing' | 'between-tools' | 'something';
  /** Words of effort that it takes, weakest first. */
  readonly efforts: readonly string[];
  /** Whether a tool may be forced upon it. */
  readonly forcedToolChoice: boolean;
  /** Whether it goes on from a last message of the assistant. */
  readonly prefill: boolean;
  /** Whether system messages may stand between others. */
  readonly laterSystemMessages: boolean;
  /** It takes a temperature or a `top_p`, not both. */
  readonly oneSamplingParameter: boolean;
  /** Parameters of its dialect that it refuses. */
  readonly refuses: ReadonlySet<string>;
  readonly thinkingSwitch?: ThinkingSwitch;
  /** Thoughts that led to calls of tools have to come back with the calls, though its dialect has no proof for them. */
  readonly thoughtsBetweenTools?: true;
}
