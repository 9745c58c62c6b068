import { outputCapFieldOf } from '../models/output-cap-field.js';
import type { Exchange, Question } from './conversation.js';

/** The API that the browser calls; the model behind it may speak either. */
export const CLIENT_DIALECTS = ['openai-chat', 'anthropic-messages'] as const;
export type ClientDialect = (typeof CLIENT_DIALECTS)[number];

export const EFFORTS = ['minimal', 'low', 'medium', 'high'] as const;
export type Effort = (typeof EFFORTS)[number];

/** What is asked for beside the messages; what is `null` is left to the provider. */
export interface Settings {
  readonly system: string;
  readonly temperature: number | null;
  readonly maxTokens: number | null;
  readonly effort: Effort | null;
}

/** What the body depends on beside the settings. */
interface TargetFacts {
  readonly model: string;
  readonly provider: string;
}

interface BodyParts {
  readonly target: TargetFacts;
  readonly settings: Settings;
  /** What was said before. */
  readonly heard: readonly Exchange[];
  readonly question: Question;
}

export type RequestBody = Readonly<Record<string, unknown>>;

export const PATHS: Readonly<Record<ClientDialect, string>> = {
  'openai-chat': '/v1/chat/completions',
  'anthropic-messages': '/v1/messages',
};

/** Anthropic's API wants to be told; a conversation needs no more than this. */
export const ANTHROPIC_MAX_TOKENS = 4_096;

export function requestBody(dialect: ClientDialect, parts: BodyParts): RequestBody {
  return dialect === 'openai-chat' ? openAiBody(parts) : anthropicBody(parts);
}

/** While nothing has been written, the code that is shown ends with what was said. */
function isEmpty({ text, pictures }: Question): boolean {
  return text === '' && pictures.length === 0;
}

function openAiBody({ target, settings, heard, question }: BodyParts): RequestBody {
  const { system, temperature, maxTokens, effort } = settings;
  const cap = outputCapFieldOf(target.provider);
  return {
    model: target.model,
    messages: [
      ...(system === '' ? [] : [{ role: 'system', content: system }]),
      ...heard.flatMap((exchange) => [
        { role: 'user', content: openAiContent(exchange.question) },
        { role: 'assistant', content: exchange.answer.text },
      ]),
      ...(isEmpty(question) && heard.length > 0 ? [] : [{ role: 'user', content: openAiContent(question) }]),
    ],
    ...(temperature !== null && { temperature }),
    ...(maxTokens !== null && { [cap]: maxTokens }),
    ...(effort !== null && { reasoning_effort: effort }),
    stream: true,
    stream_options: { include_usage: true },
  };
}

function openAiContent({ text, pictures }: Question): unknown {
  if (pictures.length === 0) return text;
  return [
    ...pictures.map(({ mediaType, base64 }) => ({
      type: 'image_url',
      image_url: { url: `data:${mediaType};base64,${base64}` },
    })),
    ...(text === '' ? [] : [{ type: 'text', text }]),
  ];
}

function anthropicBody({ target, settings, heard, question }: BodyParts): RequestBody {
  const { system, temperature, maxTokens, effort } = settings;
  const thinking = effort === null ? null : thinkingOf(effort, target);
  return {
    model: target.model,
    max_tokens: (maxTokens ?? ANTHROPIC_MAX_TOKENS) + (thinking?.budget ?? 0),
    ...(system !== '' && { system }),
    messages: [
      ...heard.flatMap((exchange) => [
        { role: 'user', content: anthropicContent(exchange.question) },
        { role: 'assistant', content: exchange.answer.text },
      ]),
      ...(isEmpty(question) && heard.length > 0 ? [] : [{ role: 'user', content: anthropicContent(question) }]),
    ],
    ...(temperature !== null && { temperature }),
    ...thinking?.fields,
    stream: true,
  };
}

function anthropicContent({ text, pictures }: Question): unknown {
  if (pictures.length === 0) return text;
  return [
    ...pictures.map(({ mediaType, base64 }) => ({
      type: 'image',
      source: { type: 'base64', media_type: mediaType, data: base64 },
    })),
    ...(text === '' ? [] : [{ type: 'text', text }]),
  ];
}

/** Models up to 4.5 think for a number of tokens that they are given; later ones as much as they see fit. */
const BUDGETED = /^(?:anthropic\/)?claude-(?:3-7|(?:sonnet|opus)-4-[015]|(?:sonnet|opus)-4-2025|haiku-4-5)/;
const BUDGETS: Readonly<Record<Effort, number>> = { minimal: 1_024, low: 2_048, medium: 8_192, high: 16_384 };

interface Thinking {
  /** Tokens that are thought in before the answer begins, and count to its cap. */
  readonly budget: number;
  readonly fields: RequestBody;
}

function thinkingOf(effort: Effort, { model }: TargetFacts): Thinking {
  if (BUDGETED.test(model)) {
    const budget = BUDGETS[effort];
    return { budget, fields: { thinking: { type: 'enabled', budget_tokens: budget } } };
  }
  const fields = {
    // without this, thoughts are counted and not told
    thinking: { type: 'adaptive', display: 'summarized' },
    output_config: { effort: effort === 'minimal' ? 'low' : effort },
  };
  return { budget: 0, fields };
}
