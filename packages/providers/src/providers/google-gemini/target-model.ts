import { SCHEMA_WITH_TOOLS } from '../../dialects/google-generate/build-request.js';
import type { TargetModel } from '../../target-model.js';

const EFFORTS = ['low', 'medium', 'high'];
const PENALTIES = ['generationConfig.presencePenalty', 'generationConfig.frequencyPenalty'];

type Traits = Omit<TargetModel, 'outputCapField' | 'maxOutputTokens'>;

/** Up to the second generation, and what else is served beside Gemini: they do not think. */
const FIRST: Traits = {
  thinking: 'none',
  leastThinking: 'nothing',
  efforts: [],
  forcedToolChoice: true,
  prefill: false,
  laterSystemMessages: false,
  oneSamplingParameter: false,
  refuses: new Set([SCHEMA_WITH_TOOLS]),
};
const BUDGETED: Traits = { ...FIRST, thinking: 'budget', refuses: new Set([...PENALTIES, SCHEMA_WITH_TOOLS]) };
/** A budget is taken here, too, but not beside a word, and Google advises against it. */
const LEVELLED: Traits = {
  ...BUDGETED,
  thinking: 'effort',
  leastThinking: 'something',
  efforts: EFFORTS,
  refuses: new Set(PENALTIES),
};
/** The least level still thinks where it has to. */
const MINIMAL: Traits = { ...LEVELLED, efforts: ['minimal', ...EFFORTS] };

/**
 * By name, the first that fits, from ai.google.dev/gemini-api/docs/thinking and cloud.google.com/vertex-ai/generative-ai/docs/thinking,
 * as of November 2026. Models that nobody listed are taken for the newest generation, with the words that all of it knows.
 */
const FAMILIES: readonly (readonly [RegExp, Traits])[] = [
  [/gemini-2\.5-.*(?:image|tts)/, { ...FIRST, refuses: BUDGETED.refuses }],
  [/gemini-2\.5-pro/, { ...BUDGETED, leastThinking: 'something' }],
  [/gemini-(?:2\.5|robotics-er-1\.5)/, BUDGETED],
  [/gemini-2\.0-flash-thinking/, { ...FIRST, refuses: BUDGETED.refuses }],
  [/gemini-(?:1|2\.0|pro(?!-latest)|exp)|gemma|learnlm|palm|bison|imagen/, FIRST],
  [/gemini-3-pro/, { ...LEVELLED, efforts: ['low', 'high'] }],
  [/gemini-(?:3|3\.1|3\.5)-flash/, MINIMAL],
];

/** What Google's models take. */
export function googleTargetModel(upstreamModel: string, maxOutputTokens: number | null): TargetModel {
  const traits = FAMILIES.find(([names]) => names.test(upstreamModel))?.[1] ?? LEVELLED;
  return { ...traits, outputCapField: 'maxOutputTokens', maxOutputTokens };
}
