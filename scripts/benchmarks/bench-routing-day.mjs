/** A day of traffic and of deployments that is the same for every strategy: what would happen to each request at each. */

const HOUR = 3_600_000;
const MINUTE = 60_000;
const DAY = 24 * HOUR;

/** The cheapest deployment has a bad day. */
export const BROWN_OUT = { from: 10 * HOUR, to: 12 * HOUR, slower: 6, rateLimited: 0.4 };
export const OUTAGE = { from: 15 * HOUR, to: 15 * HOUR + 20 * MINUTE };
const TIME_OUT_MS = 10_000;
/** Providers keep a prompt for so long after its last use, and nothing shorter. */
const CACHE_TTL_MS = 5 * MINUTE;
const LEAST_CACHED_TOKENS = 1_024;

/** USD per million tokens; `cacheHits`: how often a prefix that should be in the cache is. */
export const DEPLOYMENTS = [
  { name: 'thrift', input: 0.5, cacheRead: 0.05, output: 2, firstTokenMs: 700, tokensPerSecond: 55, cacheHits: 0.9 },
  { name: 'steady', input: 0.7, cacheRead: 0.7, output: 2.4, firstTokenMs: 450, tokensPerSecond: 80, cacheHits: 0 },
  { name: 'quick', input: 0.9, cacheRead: 0.45, output: 3, firstTokenMs: 250, tokensPerSecond: 140, cacheHits: 0.8 },
  {
    name: 'premium',
    input: 2.5,
    cacheRead: 0.25,
    output: 10,
    firstTokenMs: 320,
    tokensPerSecond: 110,
    cacheHits: 0.95,
  },
].map((deployment, index) => ({ ...deployment, index, broken: 0.003, rateLimited: 0.002 }));

/** What keys send: prompts of conversations grow by each turn. */
const KEYS = [
  { name: 'chat', share: 0.35, prompt: 1_200, growth: 400, output: 300, turns: 8, thinkMs: 45_000 },
  { name: 'agent', share: 0.35, prompt: 6_000, growth: 1_500, output: 220, turns: 20, thinkMs: 12_000 },
  { name: 'extract', share: 0.2, prompt: 3_000, growth: 0, output: 80, turns: 1, thinkMs: 0 },
  { name: 'write', share: 0.1, prompt: 400, growth: 0, output: 900, turns: 1, thinkMs: 0 },
];

/** A sequence of numbers in [0, 1) that is the same in every run. */
export function seededRandom(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** All requests of the day in order, twice as many around noon as at night. */
export function requestsOfDay(count, seed) {
  const random = seededRandom(seed);
  const requests = [];
  let conversation = 0;
  while (requests.length < count) {
    const key = pick(KEYS, random);
    let at = instantOfDay(random);
    conversation++;
    let inputTokens = Math.round(key.prompt * (0.6 + 0.8 * random()));
    let before = 0;
    const turns = Math.max(1, Math.round(key.turns * (0.5 + random())));
    for (let turn = 0; turn < turns && at < DAY && requests.length < count; turn++) {
      const outputTokens = Math.round(key.output * (0.5 + random()));
      requests.push({
        key: key.name,
        conversation,
        at,
        inputTokens,
        outputTokens,
        prefix: before,
        fates: fatesOf(random),
      });
      before = inputTokens;
      inputTokens += outputTokens + Math.round(key.growth * (0.5 + random()));
      at += key.thinkMs * (0.4 + 1.2 * random()) + 5_000;
    }
  }
  return requests.sort((a, b) => a.at - b.at);
}

function pick(keys, random) {
  const turns = keys.reduce((sum, key) => sum + key.share / key.turns, 0);
  let drawn = random() * turns;
  return keys.find((key) => (drawn -= key.share / key.turns) < 0) ?? keys[0];
}

function instantOfDay(random) {
  for (;;) {
    const at = random() * DAY;
    if (random() < (3 - Math.cos((2 * Math.PI * at) / DAY)) / 4) return at;
  }
}

/** Chance, drawn once for each deployment, so that every strategy meets the same. */
function fatesOf(random) {
  return DEPLOYMENTS.map(() => ({
    fault: random(),
    kind: random(),
    cache: random(),
    slow: [gaussian(random), gaussian(random)],
  }));
}

function gaussian(random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/**
 * What happens to a request that reaches a deployment at `now`, when so much of its prompt is in the cache there.
 * Times scatter by a third and a quarter (log-normal), and a prompt takes 30 µs for each token that is read anew.
 */
export function answerOf(deployment, request, { now, cachedTokens }) {
  const fate = request.fates[deployment.index];
  const isOut = deployment.index === 0 && now >= OUTAGE.from && now < OUTAGE.to;
  const isBrown = deployment.index === 0 && now >= BROWN_OUT.from && now < BROWN_OUT.to;
  if (isOut) {
    return fate.kind < 0.5
      ? { fault: 'timed-out', tookMs: TIME_OUT_MS, retryAfterMs: null }
      : { fault: 'overloaded', tookMs: 100, retryAfterMs: null };
  }
  const rateLimited = isBrown ? BROWN_OUT.rateLimited : deployment.rateLimited;
  if (fate.fault < rateLimited)
    return { fault: 'rate-limited', tookMs: 80, retryAfterMs: fate.kind < 0.5 ? 5_000 : null };
  if (fate.fault > 1 - deployment.broken) return { fault: 'broken', tookMs: 400, retryAfterMs: null };
  const slower = isBrown ? BROWN_OUT.slower : 1;
  const readMs = 0.03 * (request.inputTokens - cachedTokens);
  const firstTokenMs = (deployment.firstTokenMs * Math.exp(0.33 * fate.slow[0]) + readMs) * slower;
  const paceMs = (1_000 / deployment.tokensPerSecond) * Math.exp(0.25 * fate.slow[1]) * slower;
  const totalMs = firstTokenMs + request.outputTokens * paceMs;
  return { fault: null, firstTokenMs, totalMs, tookMs: totalMs };
}

export function costOf(deployment, request, cachedTokens) {
  const fresh = request.inputTokens - cachedTokens;
  const { input, cacheRead, output } = deployment;
  return (fresh * input + cachedTokens * cacheRead + request.outputTokens * output) / 1e6;
}

/** The prompt caches of all deployments. */
export class PromptCaches {
  #kept = DEPLOYMENTS.map(() => new Map());

  cachedTokens(deployment, request, now) {
    const kept = this.#kept[deployment.index].get(request.conversation);
    if (kept === undefined || now - kept.usedAt > CACHE_TTL_MS) return 0;
    return prefixOf(deployment, request, kept.tokens);
  }

  keep(deployment, request, now) {
    this.#kept[deployment.index].set(request.conversation, { tokens: request.inputTokens, usedAt: now });
  }
}

function prefixOf(deployment, request, tokens) {
  if (request.fates[deployment.index].cache >= deployment.cacheHits) return 0;
  return tokens >= LEAST_CACHED_TOKENS ? Math.min(tokens, request.inputTokens) : 0;
}

/**
 * Nobody could do better: of the deployments that would have answered, the cheapest, with the cache as warm as if the
 * conversation had always been there, and the quickest. No strategy can have both, nor that cache everywhere.
 */
export function bestInHindsight(requests) {
  const best = { cost: 0, tookMs: [], failed: 0 };
  for (const request of requests) {
    const answers = DEPLOYMENTS.map((deployment) => {
      const cachedTokens = prefixOf(deployment, request, request.prefix);
      const answer = answerOf(deployment, request, { now: request.at, cachedTokens });
      return { ...answer, cost: costOf(deployment, request, cachedTokens) };
    }).filter((answer) => answer.fault === null);
    if (answers.length === 0) best.failed++;
    else {
      best.cost += Math.min(...answers.map((answer) => answer.cost));
      best.tookMs.push({ at: request.at, tookMs: Math.min(...answers.map((answer) => answer.tookMs)) });
    }
  }
  return best;
}
