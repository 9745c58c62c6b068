/**
 * What each strategy makes of the same day, and what a choice costs:
 *
 *   npm run bench:routing -- --requests 40000 --seed 1
 *
 * A virtual clock and chance from a seed, with the product's own choice, health and failover of up to three attempts. The
 * cheapest of four deployments has a brown-out of two hours (four of ten requests rate-limited, answers six times as slow)
 * and an outage of twenty minutes (time-outs of ten seconds and errors). Told beside what would have been best in
 * hindsight for each request. No sockets.
 */
import { Conversations, HealthRegistry, RouteMemory, chooseOrder, learnAnswer } from '@tollgate/routing';

import {
  BROWN_OUT,
  DEPLOYMENTS,
  OUTAGE,
  PromptCaches,
  answerOf,
  bestInHindsight,
  costOf,
  requestsOfDay,
  seededRandom,
} from './bench-routing-day.mjs';
import { printTable, readOptions } from './command-line.mjs';

const MOST_ATTEMPTS = 3;
const STRATEGIES = ['balanced', 'lowest-cost', 'lowest-latency', 'least-busy', 'weighted', 'priority'];
const options = readOptions({ requests: 40_000, seed: 1, choices: 200_000, rounds: 9 });

/** What happens next, by time. */
class Agenda {
  #heap = [];

  get isEmpty() {
    return this.#heap.length === 0;
  }

  add(at, act) {
    const heap = this.#heap;
    let place = heap.length;
    heap.push({ at, act });
    for (let parent; place > 0 && heap[(parent = (place - 1) >> 1)].at > at; place = parent) this.#swap(place, parent);
  }

  next() {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (heap.length === 0) return first;
    heap[0] = last;
    for (let place = 0; ;) {
      let least = place;
      for (const child of [2 * place + 1, 2 * place + 2])
        if (child < heap.length && heap[child].at < heap[least].at) least = child;
      if (least === place) return first;
      this.#swap(place, least);
      place = least;
    }
  }

  #swap(a, b) {
    [this.#heap[a], this.#heap[b]] = [this.#heap[b], this.#heap[a]];
  }
}

/** One strategy through the whole day. */
class Replay {
  now = 0;
  cost = 0;
  attempts = 0;
  failed = [];
  answers = [];
  changes = 0;
  #agenda = new Agenda();
  #caches = new PromptCaches();
  #conversations = new Conversations();
  #memories = new Map();

  constructor(strategy, deployments) {
    this.strategy = strategy;
    this.random = seededRandom(options.seed + 1);
    const registry = new HealthRegistry({ clock: () => this.now, random: this.random });
    this.contenders = deployments.map((deployment, position) => ({
      deployment,
      health: registry.targetOf({
        deploymentId: deployment.name,
        upstreamModel: 'm',
        credentialId: deployment.name,
        credentialVersion: 1,
      }),
      tier: 0,
      position,
      weight: 1,
      prices: pricesOf(deployment),
    }));
  }

  run(requests) {
    for (const request of requests) this.#agenda.add(request.at, () => this.#begin(request));
    while (!this.#agenda.isEmpty) {
      const { at, act } = this.#agenda.next();
      this.now = at;
      act();
    }
    return this;
  }

  #begin(request) {
    const memory = this.#memoryOf(request.key);
    const before = memory.leader;
    const choice = chooseOrder({
      strategy: this.strategy,
      contenders: this.contenders,
      now: this.now,
      memory,
      conversations: this.#conversations,
      conversation: request.conversation,
      sticky: true,
      explore: true,
      random: this.random,
    });
    if (before !== null && memory.leader !== before) this.changes++;
    this.#attempt({ request, memory, choice, tried: [] });
  }

  #attempt(exchange) {
    const { request, choice, tried } = exchange;
    const left = choice.order.filter((contender) => !tried.includes(contender));
    const contender = left.find(({ health }) => health.mayAsk(this.now)) ?? left[0];
    if (contender === undefined || tried.length === MOST_ATTEMPTS) {
      this.failed.push(request.at);
      return;
    }
    tried.push(contender);
    this.attempts++;
    const cachedTokens = this.#caches.cachedTokens(contender.deployment, request, this.now);
    const answer = answerOf(contender.deployment, request, { now: this.now, cachedTokens });
    const attempt = contender.health.begin(this.now);
    this.#agenda.add(this.now + answer.tookMs, () => {
      if (answer.fault === null) return this.#succeed(exchange, { contender, attempt, answer, cachedTokens });
      attempt.failed(this.now, answer.fault, answer.retryAfterMs);
      this.#attempt(exchange);
    });
  }

  #succeed({ request, memory }, { contender, attempt, answer, cachedTokens }) {
    const { inputTokens, outputTokens, conversation } = request;
    const { firstTokenMs, totalMs } = answer;
    const usage = { inputTokens, outputTokens, cacheReadTokens: cachedTokens };
    attempt.succeeded(this.now, { firstTokenMs, totalMs, ...usage });
    const memories = { memory, conversations: this.#conversations };
    learnAnswer(this.now, memories, { target: contender.health, conversation, ...usage });
    this.#caches.keep(contender.deployment, request, this.now);
    this.cost += costOf(contender.deployment, request, cachedTokens);
    this.answers.push({ at: request.at, tookMs: this.now - request.at });
  }

  #memoryOf(key) {
    const known = this.#memories.get(key) ?? new RouteMemory();
    this.#memories.set(key, known);
    return known;
  }
}

function pricesOf({ input, cacheRead, output }) {
  return { input: input / 1e6, cacheRead: cacheRead / 1e6, output: output / 1e6, request: 0 };
}

const isBad = ({ at }) => (at >= BROWN_OUT.from && at < BROWN_OUT.to) || (at >= OUTAGE.from && at < OUTAGE.to);

function percentile(answers, share) {
  const sorted = answers.map(({ tookMs }) => tookMs).toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

const seconds = (ms) => (ms / 1_000).toFixed(2);
const times = (figure, best) => `${figure} (×${(Number(figure) / Number(best)).toFixed(2)})`;

function tellDay(requests) {
  const best = bestInHindsight(requests);
  const p = (answers) => [0.5, 0.95].map((share) => seconds(percentile(answers, share)));
  const bestTimes = [...p(best.tookMs), p(best.tookMs.filter(isBad))[1]];
  const row = (title, replay) => {
    const [p50, p95] = p(replay.answers);
    const bad = p(replay.answers.filter(isBad))[1];
    return {
      strategy: title,
      USD: times(replay.cost.toFixed(2), best.cost.toFixed(2)),
      'p50 s': times(p50, bestTimes[0]),
      'p95 s': times(p95, bestTimes[1]),
      'p95 s while it was bad': times(bad, bestTimes[2]),
      failed: replay.failed.length,
      'attempts/request': (replay.attempts / requests.length).toFixed(3),
      'changes of leader': ['balanced', 'lowest-cost', 'lowest-latency'].includes(replay.strategy)
        ? replay.changes
        : '',
    };
  };
  const rows = STRATEGIES.map((strategy) => row(strategy, new Replay(strategy, DEPLOYMENTS).run(requests)));
  for (const deployment of [DEPLOYMENTS[0], DEPLOYMENTS[2]])
    rows.push(row(`only ${deployment.name}`, new Replay('priority', [deployment]).run(requests)));
  rows.push({
    strategy: 'best in hindsight',
    USD: best.cost.toFixed(2),
    'p50 s': bestTimes[0],
    'p95 s': bestTimes[1],
    'p95 s while it was bad': bestTimes[2],
    failed: best.failed,
    'attempts/request': '1.000',
    'changes of leader': '',
  });
  printTable(rows);
}

/** Nanoseconds of CPU for each choice, the median of some rounds. */
function timeChoices(strategy, count) {
  const deployments = Array.from({ length: count }, (_, index) => ({ ...DEPLOYMENTS[index % 4], name: `d${index}` }));
  const { contenders, random } = new Replay(strategy, deployments);
  const ballot = {
    strategy,
    contenders,
    now: 0,
    memory: new RouteMemory(),
    conversations: new Conversations(),
    conversation: 7,
    sticky: true,
    explore: true,
    random,
  };
  for (const [index, { health }] of contenders.entries())
    health.begin(0).succeeded(0, {
      firstTokenMs: 300 + index,
      totalMs: 2_000,
      inputTokens: 1_000,
      cacheReadTokens: 500,
      outputTokens: 200,
    });
  ballot.conversations.remember(7, 0, { target: contenders[count - 1].health, cachedTokens: 100 });
  const figures = Array.from({ length: options.rounds }, () => {
    const began = process.cpuUsage();
    for (let i = 0; i < options.choices; i++) {
      ballot.now += 0.1;
      chooseOrder(ballot);
    }
    const { user, system } = process.cpuUsage(began);
    return ((user + system) * 1_000) / options.choices;
  });
  return Math.round(figures.toSorted((a, b) => a - b)[Math.floor(options.rounds / 2)]);
}

const requests = requestsOfDay(options.requests, options.seed);
console.log(`${requests.length} requests of a day over ${DEPLOYMENTS.map(({ name }) => name).join(', ')}\n`);
tellDay(requests);
console.log('\nns of CPU for each choice, by how many deployments stand\n');
printTable(
  STRATEGIES.map((strategy) => ({
    strategy,
    ...Object.fromEntries([1, 3, 8].map((count) => [`of ${count}`, timeChoices(strategy, count)])),
  })),
);
