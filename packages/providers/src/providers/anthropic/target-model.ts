import type { TargetModel } from '../../target-model.js';

const CLASSIC_EFFORTS = ['low', 'medium', 'high', 'max'];
const EFFORTS = ['low', 'medium', 'high', 'xhigh', 'max'];
const SAMPLING = ['temperature', 'top_p', 'top_k'];
const STRUCTURED_OUTPUT = 'output_config.format';

type Traits = Omit<TargetModel, 'outputCapField' | 'maxOutputTokens'>;

/** Models up to 3.5: what came later is unknown to them. */
const FIRST: Traits = {
  thinking: 'none',
  leastThinking: 'nothing',
  efforts: [],
  forcedToolChoice: true,
  prefill: true,
  laterSystemMessages: false,
  oneSamplingParameter: false,
  refuses: new Set([STRUCTURED_OUTPUT]),
};
const BUDGETED: Traits = { ...FIRST, thinking: 'budget' };
const STRUCTURED: Traits = { ...BUDGETED, oneSamplingParameter: true, refuses: new Set() };
const ADAPTIVE: Traits = { ...STRUCTURED, thinking: 'adaptive', efforts: CLASSIC_EFFORTS, prefill: false };
const UNSAMPLED: Traits = { ...ADAPTIVE, efforts: EFFORTS, refuses: new Set(SAMPLING) };
const INSTRUCTED: Traits = { ...UNSAMPLED, laterSystemMessages: true };
const ALWAYS_THINKING: Traits = { ...INSTRUCTED, leastThinking: 'something' };
const UNFORCED: Traits = { ...ALWAYS_THINKING, forcedToolChoice: false };

/**
 * By name, the first that fits, from Anthropic's pages (platform.claude.com/docs/en: build-with-claude/thinking-troubleshooting,
 * build-with-claude/effort, build-with-claude/mid-conversation-system-messages, api/errors "Prefill not supported", and
 * "What's new" of each model), as of November 2026. Models that nobody listed are taken for the newest generation.
 */
const FAMILIES: readonly (readonly [RegExp, Traits])[] = [
  [/claude-sonnet-5-5/, { ...UNFORCED, leastThinking: 'between-tools' }],
  [/claude-(?:opus-5-5|(?:fable|mythos)-5-[12])/, UNFORCED],
  [/claude-(?:fable|mythos)/, ALWAYS_THINKING],
  [/claude-(?:haiku-5|opus-5|opus-4-8)/, INSTRUCTED],
  [/claude-(?:sonnet-5|opus-4-7)/, UNSAMPLED],
  [/claude-(?:sonnet|opus)-4-6/, ADAPTIVE],
  [/claude-(?:(?:sonnet|opus|haiku)-4-5|opus-4-1)/, STRUCTURED],
  [/claude-(?:(?:sonnet|opus)-4|3-7)/, BUDGETED],
  [/claude-(?:3|v?2|v1|instant)/, FIRST],
];

/** What Anthropic's models take. */
export function anthropicTargetModel(upstreamModel: string, maxOutputTokens: number | null): TargetModel {
  const traits = FAMILIES.find(([names]) => names.test(upstreamModel))?.[1] ?? INSTRUCTED;
  return { ...traits, outputCapField: 'max_tokens', maxOutputTokens };
}
