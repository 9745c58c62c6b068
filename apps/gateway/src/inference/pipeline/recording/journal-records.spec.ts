import type { IncomingMessage, ServerResponse } from 'node:http';

import { describe, expect, test } from '@jest/globals';
import {
  type AttemptRecord,
  DECISION_REASONS,
  type ErrorCode,
  ERRORS,
  EXCLUSIONS,
  type Intent,
  METERS,
  newId,
  OUTCOMES,
  type RouteDecision,
  STRATEGIES,
  type Target,
  type Usage,
  type UsageEvent,
} from '@tollgate/domain';
import type { ScannedRequest } from '@tollgate/providers';
import fc from 'fast-check';

import type { Principal } from '../../control-plane/principal.js';
import { openAiChat } from '../../surfaces/openai-chat.js';
import { Exchange } from '../exchange.js';
import type { Candidate, Route } from '../routing/route.js';
import type { Ending } from './ending.js';
import { JournalRecords } from './journal-records.js';

const GATEWAY_ID = newId('gateway');
const records = new JournalRecords(GATEWAY_ID);

/** What callers and providers may call things: everything that a hand-made JSON could stumble over. */
const hostile = fc.oneof(
  fc.constantFrom(
    '',
    '"',
    '\\',
    '\\"',
    '\n',
    '\r\n',
    '\u0000',
    '\u2028',
    '\ud800',
    '\udc00\ud800',
    '😀',
    '","x":"',
    '\u001f',
  ),
  fc.string({ unit: 'binary' }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
);
const whole = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const milliseconds = fc.integer({ min: 0, max: 600_000_000 }).map((micros) => micros / 1000);
const money = fc.option(fc.constantFrom('0', '0.000151200000', '12345.678901234567'), { nil: null });
const errorCode = fc.option(fc.constantFrom(...(Object.keys(ERRORS) as ErrorCode[])), { nil: null });
const share = fc.double({ min: 0, max: 1, noNaN: true });
const routing: fc.Arbitrary<RouteDecision | null> = fc.option(
  fc.record({
    routeId: fc.option(fc.constant('route_1'), { nil: null }),
    strategy: fc.constantFrom(...STRATEGIES),
    reason: fc.constantFrom(...DECISION_REASONS),
    candidates: fc.array(
      fc.record({
        deploymentId: fc.constant('dep_1'),
        provider: fc.constant('openai'),
        upstreamModel: hostile,
        region: fc.constant('*'),
        score: fc.option(share, { nil: null }),
        price: fc.option(share, { nil: null }),
        uptime: share,
        firstTokenMs: fc.option(share, { nil: null }),
        tokensPerSecond: fc.option(share, { nil: null }),
        cacheShare: share,
        inFlight: fc.nat(),
        excluded: fc.option(fc.constantFrom(...EXCLUSIONS), { nil: null }),
      }),
      { maxLength: 3 },
    ),
  }),
  { nil: null },
);
const usage: fc.Arbitrary<Usage> = fc.dictionary(fc.constantFrom(...METERS), whole);

const target: fc.Arbitrary<Target> = fc.record({
  deploymentId: fc.constantFrom('dep_1', 'dep_2'),
  provider: fc.constant('openai'),
  upstreamModel: hostile,
  pricedModel: hostile,
  region: fc.constantFrom('*', 'eu'),
  credentialOwner: fc.constantFrom('operator', 'organization'),
  simulated: fc.boolean(),
});
const attempt: fc.Arbitrary<AttemptRecord> = fc.record({
  deploymentId: fc.constant('dep_1'),
  provider: fc.constant('openai'),
  upstreamModel: hostile,
  status: fc.integer({ min: 0, max: 599 }),
  errorCode,
  startedMs: milliseconds,
  endedMs: milliseconds,
  cost: money,
});
const ending: fc.Arbitrary<Ending> = fc.record({
  outcome: fc.constantFrom(...OUTCOMES),
  errorCode,
  status: fc.integer({ min: 0, max: 599 }),
  usage,
  usageSource: fc.constantFrom('reported', 'recovered', 'estimated', 'none'),
  servedModel: fc.option(hostile, { nil: null }),
  serviceTier: hostile,
  deliveredCharacters: whole,
  providerReportedCost: money,
});
const asked = fc.record({
  model: hostile,
  stream: fc.boolean(),
  endUser: fc.option(hostile, { nil: null }),
  tags: fc.array(hostile, { maxLength: 3 }),
});
const who = fc.record({
  memberId: fc.option(fc.constant('usr_1'), { nil: null }),
  tags: fc.array(hostile, { maxLength: 3 }),
});

const situation = fc.record({
  asked: fc.option(asked, { nil: null }),
  who,
  target: fc.option(target, { nil: null }),
  hasRoute: fc.boolean(),
  attempts: fc.array(attempt, { maxLength: 3 }),
  routing,
  holdNanos: whole,
  inputTokensBound: whole,
  admittedMs: milliseconds,
  dispatchedMs: fc.option(milliseconds, { nil: null }),
  firstTokenMs: fc.option(milliseconds, { nil: null }),
});
type Situation = typeof situation extends fc.Arbitrary<infer T> ? T : never;

const ATTRIBUTION = { organizationId: 'org_1', projectId: 'proj_1', apiKeyId: 'key_1' };
const SNAPSHOT_ID = 'snap_1';

function principalOf({ memberId, tags }: Situation['who']): Principal {
  const attribution = JSON.stringify({ ...ATTRIBUTION, memberId });
  return {
    ...ATTRIBUTION,
    memberId,
    tags,
    tagsJson: JSON.stringify(tags),
    attributionJson: attribution.slice(1, -1),
    organization: { priceSnapshotId: SNAPSHOT_ID },
  } as unknown as Principal;
}

function exchangeOf(given: Situation): Exchange {
  const exchange = new Exchange({} as IncomingMessage, {} as ServerResponse, {
    surface: openAiChat,
    address: null,
  });
  if (given.asked !== null) exchange.scanned = given.asked as unknown as ScannedRequest;
  if (given.hasRoute && given.asked !== null) {
    exchange.route = { modelJson: JSON.stringify(given.asked.model) } as Route;
  }
  if (given.target !== null) exchange.candidate = { targetJson: JSON.stringify(given.target) } as Candidate;
  exchange.attempts = given.attempts;
  exchange.decisionJson = given.routing === null ? null : JSON.stringify(given.routing);
  exchange.holdNanos = given.holdNanos;
  exchange.inputTokensBound = given.inputTokensBound;
  exchange.admittedMs = given.admittedMs;
  exchange.dispatchedMs = given.dispatchedMs;
  exchange.firstTokenMs = given.firstTokenMs;
  return exchange;
}

/** What intent and event have in common, as the domain has it. */
function expectedHead(given: Situation, exchange: Exchange): Omit<Intent, 'kind' | 'target' | 'priceSnapshotId'> {
  return {
    ...ATTRIBUTION,
    memberId: given.who.memberId,
    requestId: exchange.id.uuid,
    occurredAt: exchange.occurredAt,
    gatewayId: GATEWAY_ID,
    endpoint: 'chat-completions',
    surface: 'openai-chat',
    endUser: given.asked?.endUser ?? null,
    tags: [...given.who.tags, ...(given.asked?.tags ?? [])],
    requestedModel: given.asked?.model ?? '',
    stream: given.asked?.stream ?? false,
    holdNanos: given.holdNanos,
    inputTokensBound: given.inputTokensBound,
  };
}

describe('journal records', () => {
  test('an intent is exactly the domain’s, whatever things are called', () => {
    fc.assert(
      fc.property(situation, target, (given, served) => {
        const exchange = exchangeOf({ ...given, target: served });
        const text = records.intent(exchange, principalOf(given.who));
        const expected: Intent = {
          kind: 'intent',
          ...expectedHead(given, exchange),
          target: served,
          priceSnapshotId: SNAPSHOT_ID,
        };
        expect(JSON.parse(text)).toEqual(expected);
        expect(isOneStorableLine(text)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('an event is exactly the domain’s, whatever things are called and however it ended', () => {
    fc.assert(
      fc.property(situation, ending, money, (given, ended, capturedCost) => {
        const exchange = exchangeOf(given);
        const text = records.event(exchange, principalOf(given.who), { ending: ended, capturedCost });
        const event = JSON.parse(text) as UsageEvent;
        const { totalMs } = event.timings;
        expect(totalMs).toBeGreaterThanOrEqual(0);
        const { admittedMs, dispatchedMs, firstTokenMs } = given;
        const expected: UsageEvent = {
          kind: 'event',
          part: 0,
          revision: 0,
          ...expectedHead(given, exchange),
          target: given.target,
          priceSnapshotId: given.target === null ? null : SNAPSHOT_ID,
          ...ended,
          capturedCost,
          attempts: given.attempts,
          // negative zero is no number that JSON knows
          routing: JSON.parse(JSON.stringify(given.routing)) as RouteDecision | null,
          timings: { admittedMs, dispatchedMs, firstTokenMs, totalMs },
        };
        expect(event).toEqual(expected);
        expect(isOneStorableLine(text)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('what an attempt wasted is an event of its own, at the expense of nobody but us', () => {
    fc.assert(
      fc.property(fc.tuple(situation, target, attempt, ending), fc.integer({ min: 1, max: 9 }), (parts, part) => {
        const [given, asked, tried, ended] = parts;
        const exchange = exchangeOf(given);
        const candidate = { targetJson: JSON.stringify(asked) } as Candidate;
        const wasted = { candidate, attempt: tried, ending: ended, part };
        const text = records.wasted(exchange, principalOf(given.who), wasted);
        const expected: UsageEvent = {
          kind: 'event',
          part,
          revision: 0,
          ...expectedHead(given, exchange),
          target: asked,
          priceSnapshotId: SNAPSHOT_ID,
          ...ended,
          holdNanos: 0,
          capturedCost: null,
          attempts: [tried],
          routing: null,
          timings: {
            admittedMs: given.admittedMs,
            dispatchedMs: tried.startedMs,
            firstTokenMs: null,
            totalMs: tried.endedMs,
          },
        };
        expect(JSON.parse(text)).toEqual(expected);
        expect(isOneStorableLine(text)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

/** The inbox takes records as lines of one text; what is no UTF-8 would come back as something else. */
function isOneStorableLine(text: string): boolean {
  return text.isWellFormed() && !/[\n\r\0]/.test(text);
}
