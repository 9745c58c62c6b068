import { type ModelFamily, modelFamily } from '../../dialects/bedrock-converse/model-family.js';
import type { TargetModel } from '../../target-model.js';
import { anthropicTargetModel } from '../anthropic/target-model.js';

type Traits = Omit<TargetModel, 'outputCapField' | 'maxOutputTokens'>;

const CACHING = 'cachePoint';
const STRUCTURED_OUTPUT = 'output_config.format';
const FAILED_RESULTS = 'toolResult.status';
const NAMED_TOOL = 'toolChoice.tool';
/** What only Claude takes, and Nova in part. */
const CLAUDES = [CACHING, STRUCTURED_OUTPUT, FAILED_RESULTS, NAMED_TOOL];

/**
 * Of a model that nobody listed, or that hides behind a profile of the operator's: it is asked for nothing that others
 * refuse.
 */
const PLAIN: Traits = {
  thinking: 'unknown',
  leastThinking: 'something',
  efforts: [],
  forcedToolChoice: false,
  prefill: false,
  laterSystemMessages: false,
  oneSamplingParameter: false,
  refuses: new Set(CLAUDES),
};
const UNTHINKING: Traits = { ...PLAIN, thinking: 'none', leastThinking: 'nothing' };
const EFFORTS = ['low', 'medium', 'high'];
const STRUCTURED: Traits = { ...PLAIN, refuses: new Set([CACHING, FAILED_RESULTS, NAMED_TOOL]) };
const NOVA: Traits = { ...UNTHINKING, forcedToolChoice: true, refuses: new Set([STRUCTURED_OUTPUT]) };

/** Of Claude's makers, what the Messages API takes. */
const CLAUDE_BEFORE_CACHING = /claude-(?:v?2|v1|instant|3-(?:haiku|sonnet|opus)-)/;

/**
 * By id, the first that fits, from docs.aws.amazon.com/bedrock/latest/userguide: conversation-inference-supported-models-features,
 * structured-output, prompt-caching, model-parameters-*, and APIReference/API_runtime_ToolChoice, as of November 2026.
 */
const FAMILIES: readonly (readonly [RegExp, Traits])[] = [
  [/amazon\.nova-2/, { ...NOVA, thinking: 'effort', efforts: EFFORTS }],
  [/amazon\.nova-premier/, { ...NOVA, refuses: new Set([STRUCTURED_OUTPUT]) }],
  [/amazon\.nova/, NOVA],
  [/amazon\.titan/, { ...UNTHINKING, refuses: new Set([...CLAUDES, 'system']) }],
  [/openai\.gpt-oss/, { ...STRUCTURED, thinking: 'effort', efforts: EFFORTS }],
  [/qwen\./, { ...STRUCTURED, thinking: 'effort', efforts: ['low', 'high'], leastThinking: 'nothing' }],
  [/mistral\.mi[sx]tral-(?:7b|8x7b)/, { ...UNTHINKING, refuses: new Set([...CLAUDES, 'system']) }],
  [/mistral\.mi[sx]tral-(?:large-240|small-240)/, { ...UNTHINKING, forcedToolChoice: true }],
  [/mistral\./, { ...STRUCTURED, forcedToolChoice: true }],
  [/(?:deepseek\.v3|google\.gemma|minimax\.|moonshot\.|moonshotai\.|nvidia\.|zai\.)/, STRUCTURED],
  [/(?:meta\.llama|cohere\.|ai21\.)/, UNTHINKING],
];

/**
 * What the models of Bedrock take through Converse.
 * @param upstreamModel an id, one with a region's or `global.` before it, or an ARN.
 */
export function bedrockTargetModel(upstreamModel: string, maxOutputTokens: number | null): TargetModel {
  const family: ModelFamily = modelFamily(upstreamModel);
  if (family === 'claude') return claude(upstreamModel, maxOutputTokens);
  const traits = FAMILIES.find(([ids]) => ids.test(upstreamModel))?.[1] ?? PLAIN;
  return { ...traits, outputCapField: 'max_tokens', maxOutputTokens };
}

/** As Anthropic's own API has them; but here every system message stands before the others. */
function claude(upstreamModel: string, maxOutputTokens: number | null): TargetModel {
  const traits = anthropicTargetModel(upstreamModel, maxOutputTokens);
  const refuses = CLAUDE_BEFORE_CACHING.test(upstreamModel) ? new Set([...traits.refuses, CACHING]) : traits.refuses;
  return { ...traits, laterSystemMessages: false, refuses };
}
