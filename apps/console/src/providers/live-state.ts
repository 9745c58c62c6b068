import type { DeploymentHealth } from '@tollgate/wire';

type Live = NonNullable<DeploymentHealth['live']>[number];

/** How a deployment is doing at this moment, in one word; of several upstream models, how the worst of them is. */
type LiveWord = 'drained' | 'draining' | 'dead' | 'open' | 'benched' | 'half-open' | 'fine' | 'idle' | 'elsewhere';

const WORST_FIRST: readonly LiveWord[] = ['dead', 'open', 'benched', 'half-open', 'fine', 'idle'];

export interface LiveState {
  readonly word: LiveWord;
  readonly inFlight: number;
  readonly benchedUntil: string | null;
  /** The newest. */
  readonly probe: Live['probe'];
}

interface Watched {
  readonly drained: boolean;
  readonly live: DeploymentHealth['live'];
}

export function liveStateOf({ drained, live }: Watched, now: number): LiveState {
  const inFlight = (live ?? []).reduce((sum, each) => sum + each.inFlight, 0);
  const words = (live ?? []).map((each) => wordOf(each, now));
  const worst = WORST_FIRST.find((word) => words.includes(word)) ?? (live === null ? 'elsewhere' : 'idle');
  const probes = (live ?? []).flatMap(({ probe }) => (probe === null ? [] : [probe]));
  return {
    word: drained ? (inFlight > 0 ? 'draining' : 'drained') : worst,
    inFlight,
    benchedUntil: (live ?? []).map(({ benchedUntil }) => benchedUntil).find((until) => isAhead(until, now)) ?? null,
    probe: probes.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))[0] ?? null,
  };
}

const isAhead = (instant: string | null, now: number): boolean => instant !== null && Date.parse(instant) > now;

function wordOf({ credentialDead, circuit, benchedUntil, uptime, probe }: Live, now: number): LiveWord {
  if (credentialDead) return 'dead';
  if (circuit === 'open') return 'open';
  if (isAhead(benchedUntil, now)) return 'benched';
  if (circuit === 'half-open') return 'half-open';
  return uptime === null && probe === null ? 'idle' : 'fine';
}
