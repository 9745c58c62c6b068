import type { DialectId } from '../../dialect-id.js';
import type { TargetModel } from '../../target-model.js';

/** Models that think refuse `max_tokens`, because thoughts count too. Tuned models are named after their base. */
const THINKING_MODEL = /^(?:ft:)?(?:o\d|gpt-(?:[5-9]|\d\d)|codex|computer-use)/;
const SERIES_O = /^(?:ft:)?o\d/;
const NUMBERED_MODEL = /^(?:ft:)?gpt-(\d+)(?:\.(\d+))?/;

const CLASSIC_EFFORTS = ['low', 'medium', 'high'];
const PRO_MODEL = /-pro(?:-|$)/;
const CODEX_MODEL = /-codex(?:-|$)/;
const NOT_OPENAI = ['top_k'];
/** Their sampling is fixed, and they write on past stop sequences; source: platform.openai.com/docs/guides/reasoning. */
const THINKERS_REFUSE = [...NOT_OPENAI, 'temperature', 'top_p', 'stop'];

/** The first of them: no words of effort, no tools. Source: platform.openai.com/docs/guides/reasoning, "Beta limitations". */
const FIRST_THINKERS = /^o1-(?:mini|preview)/;
const FIRST_THINKERS_REFUSE = [
  ...THINKERS_REFUSE,
  'presence_penalty',
  'frequency_penalty',
  'logprobs',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'response_format.json_schema',
  'response_format.json_object',
];

export function isThinkingModel(upstreamModel: string): boolean {
  return THINKING_MODEL.test(upstreamModel);
}

/** What OpenAI's models take in chat completions, or as responses. */
export function openaiTargetModel(
  upstreamModel: string,
  maxOutputTokens: number | null,
  dialect: DialectId = 'openai-chat',
): TargetModel {
  if (FIRST_THINKERS.test(upstreamModel)) return firstThinker(maxOutputTokens);
  const thinks = isThinkingModel(upstreamModel);
  const efforts = thinks ? effortsOf(upstreamModel) : [];
  const refused = SERIES_O.test(upstreamModel) ? [...THINKERS_REFUSE, 'parallel_tool_calls'] : THINKERS_REFUSE;
  const capOfChat = thinks ? 'max_completion_tokens' : 'max_tokens';
  return {
    outputCapField: dialect === 'openai-responses' ? 'max_output_tokens' : capOfChat,
    maxOutputTokens,
    thinking: thinks ? 'effort' : 'none',
    leastThinking: !thinks || efforts[0] === 'none' ? 'nothing' : 'something',
    efforts,
    forcedToolChoice: true,
    prefill: false,
    laterSystemMessages: true,
    oneSamplingParameter: false,
    refuses: new Set(thinks ? refused : NOT_OPENAI),
  };
}

function firstThinker(maxOutputTokens: number | null): TargetModel {
  return {
    outputCapField: 'max_completion_tokens',
    maxOutputTokens,
    thinking: 'unknown',
    leastThinking: 'something',
    efforts: [],
    forcedToolChoice: false,
    prefill: false,
    laterSystemMessages: true,
    oneSamplingParameter: false,
    refuses: new Set(FIRST_THINKERS_REFUSE),
  };
}

/**
 * `minimal` came with GPT-5, `none` took its place in 5.1, `xhigh` came with 5.2; models for agents always think a little,
 * and professional ones hard. Source: the pages of the models under platform.openai.com/docs/models.
 */
function effortsOf(upstreamModel: string): readonly string[] {
  const [, major, minor] = NUMBERED_MODEL.exec(upstreamModel) ?? [];
  if (major === undefined) return CLASSIC_EFFORTS;
  const version = Number(major) * 100 + Number(minor ?? 0);
  if (PRO_MODEL.test(upstreamModel)) return version < 502 ? ['high'] : ['medium', 'high', 'xhigh'];
  if (CODEX_MODEL.test(upstreamModel)) return version < 502 ? CLASSIC_EFFORTS : [...CLASSIC_EFFORTS, 'xhigh'];
  if (version < 501) return ['minimal', ...CLASSIC_EFFORTS];
  return version < 502 ? ['none', ...CLASSIC_EFFORTS] : ['none', ...CLASSIC_EFFORTS, 'xhigh'];
}
