/** What a sandbox model does, as its name says. */
export interface SandboxBehaviour {
  readonly text: 'echo' | 'lorem' | 'json';
  readonly callsTools: boolean;
  readonly reasons: boolean;
  readonly reportsUsage: boolean;
  /** Before anything is answered. */
  readonly delayMs: number;
  /** Number of pieces of content in a stream and the pause before each; `null`: as the text falls. */
  readonly chunks: { readonly count: number; readonly delayMs: number } | null;
  /** Pieces of content after which the connection breaks. */
  readonly cutAfter: number | null;
  readonly errorStatus: number | null;
  readonly hangs: boolean;
}

const PLAIN: SandboxBehaviour = {
  text: 'echo',
  callsTools: false,
  reasons: false,
  reportsUsage: true,
  delayMs: 0,
  chunks: null,
  cutAfter: null,
  errorStatus: null,
  hangs: false,
};

const NAMED: Readonly<Record<string, Partial<SandboxBehaviour>>> = {
  echo: {},
  lorem: { text: 'lorem' },
  json: { text: 'json' },
  tools: { callsTools: true },
  reasoning: { reasons: true },
  'no-usage': { reportsUsage: false },
  hang: { hangs: true },
};

const MAX_DELAY_MS = 600_000;
const MAX_CHUNKS = 10_000;

/** The behaviour of `sandbox/<name>` (or `<name>` alone), or `null` when there is no such model. */
export function sandboxBehaviour(model: string): SandboxBehaviour | null {
  const name = model.replace(/^sandbox\//, '');
  if (Object.hasOwn(NAMED, name)) return { ...PLAIN, ...NAMED[name] };
  const numbered = /^(slow|stream|error|cut-after)-(\d{1,6})(?:x(\d{1,6}))?(ms)?$/.exec(name);
  if (numbered === null) return null;
  const [, kind, first, second, unit] = numbered;
  const value = Number(first);
  if (kind === 'slow' && unit === 'ms' && second === undefined)
    return { ...PLAIN, delayMs: Math.min(value, MAX_DELAY_MS) };
  if (kind === 'stream' && unit === 'ms' && second !== undefined && value >= 1 && value <= MAX_CHUNKS) {
    return { ...PLAIN, text: 'lorem', chunks: { count: value, delayMs: Math.min(Number(second), MAX_DELAY_MS) } };
  }
  if (second !== undefined || unit !== undefined) return null;
  if (kind === 'error' && value >= 400 && value <= 599) return { ...PLAIN, errorStatus: value };
  return kind === 'cut-after' && value <= MAX_CHUNKS ? { ...PLAIN, text: 'lorem', cutAfter: value } : null;
}
