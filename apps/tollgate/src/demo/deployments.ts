/** What the demo's models are like behind their names. Figures are invented, but of the size that is usual. */
export interface DemoDeployment {
  readonly model: string;
  /** As the history tells it: the demo itself only ever calls the sandbox. */
  readonly provider: 'openai' | 'anthropic';
  readonly dialect: string;
  readonly upstreamModel: string;
  /** Lower is tried first. */
  readonly priority: number;
  /** Median milliseconds until the first token of a short prompt. */
  readonly firstTokenMs: number;
  readonly tokensPerSecond: number;
  readonly reasons: boolean;
  readonly reportsCacheWrites: boolean;
}

type Speed = Pick<DemoDeployment, 'firstTokenMs' | 'tokensPerSecond' | 'reasons'>;

const speed = (firstTokenMs: number, tokensPerSecond: number, reasons = false): Speed => ({
  firstTokenMs,
  tokensPerSecond,
  reasons,
});

const SPEEDS: Readonly<Record<string, Speed>> = {
  'gpt-4o-mini': speed(380, 95),
  'gpt-5.4-nano': speed(310, 140),
  'gpt-5.4-mini': speed(460, 110, true),
  'gpt-5.5': speed(980, 58, true),
  'gpt-6-luna': speed(280, 160),
  'gpt-6-sol': speed(620, 92, true),
  'claude-haiku-4-5': speed(520, 105),
  'claude-haiku-5-5': speed(340, 150),
  'claude-sonnet-5': speed(840, 68),
  'claude-opus-5-5': speed(1350, 44, true),
};

type Vendor = Pick<DemoDeployment, 'provider' | 'dialect' | 'reportsCacheWrites'>;

const OPENAI: Vendor = { provider: 'openai', dialect: 'openai-chat', reportsCacheWrites: false };
const ANTHROPIC: Vendor = { provider: 'anthropic', dialect: 'anthropic-messages', reportsCacheWrites: true };

const served = (model: string, upstreamModel = model, priority = 100): DemoDeployment => ({
  model,
  upstreamModel,
  priority,
  ...(upstreamModel.startsWith('claude') ? ANTHROPIC : OPENAI),
  ...(SPEEDS[upstreamModel] ?? speed(500, 80)),
});

const FALLBACK_PRIORITY = 200;

/** Two of the models have another provider behind them, for when theirs is away. */
export const DEPLOYMENTS: readonly DemoDeployment[] = [
  ...Object.keys(SPEEDS).map((model) => served(model)),
  served('gpt-5.5', 'claude-sonnet-5', FALLBACK_PRIORITY),
  served('gpt-5.4-mini', 'claude-haiku-4-5', FALLBACK_PRIORITY),
  served('gpt-6-sol', 'claude-sonnet-5', FALLBACK_PRIORITY),
];
