import type { AttemptRecord } from '@tollgate/domain';

import type { Principal } from '../../control-plane/principal.js';
import type { Exchange } from '../exchange.js';
import type { Candidate } from '../routing/route.js';
import type { Ending } from './ending.js';

/** What a request cost beside its own answer: one attempt that was of no use, or only of use to us. */
export interface Wasted {
  readonly candidate: Candidate;
  readonly attempt: AttemptRecord;
  readonly ending: Ending;
  /** Above 0: which of the events of the request it is. */
  readonly part: number;
}

/** An ending with what the gateway captured for it: decimal USD, or null when nothing was sent or has a price. */
interface Settled {
  readonly ending: Ending;
  readonly capturedCost: string | null;
}

/**
 * Journal records are put together as text: pieces that do not change from request to request (attribution, target)
 * are prepared once, and serializing the whole object anew costs four times as much. The shapes are those of `Intent`
 * and `UsageEvent` in `@tollgate/domain`; a test parses what is written here and compares.
 */
export class JournalRecords {
  constructor(private readonly gatewayId: string) {}

  intent(exchange: Exchange, principal: Principal): string {
    return `{"kind":"intent",${this.common(exchange, principal)}}`;
  }

  event(exchange: Exchange, principal: Principal, { ending, capturedCost }: Settled): string {
    return (
      `{"kind":"event","part":0,"revision":0,${this.common(exchange, principal)}${endingJson(ending, capturedCost)}` +
      `,"attempts":[${exchange.attempts.map(attemptJson).join(',')}],"routing":${exchange.decisionJson ?? 'null'}` +
      `,"timings":{"admittedMs":${millisecondsJson(exchange.admittedMs)},"dispatchedMs":${millisecondsJson(exchange.dispatchedMs)}` +
      `,"firstTokenMs":${millisecondsJson(exchange.firstTokenMs)},"totalMs":${millisecondsJson(exchange.elapsedMs())}}}`
    );
  }

  /** A part of its own: its target is the attempt's, nothing is held for it and its customer pays nothing. */
  wasted(exchange: Exchange, principal: Principal, { candidate, attempt, ending, part }: Wasted): string {
    const { priceSnapshotId } = principal.organization;
    return (
      `{"kind":"event","part":${part},"revision":0,${this.head(exchange, principal)},"target":${candidate.targetJson}` +
      `,"priceSnapshotId":"${priceSnapshotId}","holdNanos":0,"inputTokensBound":${exchange.inputTokensBound}` +
      `${endingJson(ending, null)},"attempts":[${attemptJson(attempt)}],"routing":null` +
      `,"timings":{"admittedMs":${millisecondsJson(exchange.admittedMs)},"dispatchedMs":${millisecondsJson(attempt.startedMs)}` +
      `,"firstTokenMs":null,"totalMs":${millisecondsJson(attempt.endedMs)}}}`
    );
  }

  /** What intent and event say alike: put together for the intent, and again only when another candidate took over. */
  private common(exchange: Exchange, principal: Principal): string {
    const { candidate } = exchange;
    if (exchange.recordCommon === null || exchange.recordCandidate !== candidate) {
      exchange.recordCandidate = candidate;
      exchange.recordCommon = `${this.head(exchange, principal)},"target":${candidate?.targetJson ?? 'null'}${this.bounds(exchange, principal)}`;
    }
    return exchange.recordCommon;
  }

  private head(exchange: Exchange, principal: Principal): string {
    const scanned = exchange.scanned;
    const tags =
      scanned === null || scanned.tags.length === 0
        ? principal.tagsJson
        : JSON.stringify([...principal.tags, ...scanned.tags]);
    return (
      `"requestId":"${exchange.id.uuid}","occurredAt":${exchange.occurredAt},"gatewayId":"${this.gatewayId}"` +
      `,${exchange.surface.recordJson},${principal.attributionJson}` +
      `,"endUser":${textJson(scanned?.endUser ?? null)},"tags":${tags}` +
      `,"requestedModel":${exchange.route?.modelJson ?? textJson(scanned?.model ?? '')}` +
      `,"stream":${scanned?.stream ?? false}`
    );
  }

  private bounds(exchange: Exchange, principal: Principal): string {
    const snapshot = exchange.candidate === null ? null : principal.organization.priceSnapshotId;
    return `,"priceSnapshotId":${quoted(snapshot)},"holdNanos":${exchange.holdNanos},"inputTokensBound":${exchange.inputTokensBound}`;
  }
}

const THOUSANDTHS = Array.from({ length: 1000 }, (_, thousandths) => `.${String(thousandths).padStart(3, '0')}`);

/** Milliseconds to the microsecond. Writing out a fraction costs the engine five times as much as two whole numbers. */
function millisecondsJson(ms: number | null): string {
  if (ms === null) return 'null';
  const micros = Math.round(ms * 1000);
  const whole = Math.floor(micros / 1000);
  return String(whole) + (THOUSANDTHS[micros - whole * 1000] as string);
}

/** For text that is ours and needs no escaping. */
function quoted(text: string | null): string {
  return text === null ? 'null' : `"${text}"`;
}

/** For text from outside. */
function textJson(text: string | null): string {
  return text === null ? 'null' : JSON.stringify(text);
}

function endingJson(ending: Ending, capturedCost: string | null): string {
  return (
    `,"outcome":"${ending.outcome}","errorCode":${quoted(ending.errorCode)},"status":${ending.status}` +
    `,"usage":${usageJson(ending)},"usageSource":"${ending.usageSource}"` +
    `,"servedModel":${textJson(ending.servedModel)},"serviceTier":${textJson(ending.serviceTier)}` +
    `,"deliveredCharacters":${ending.deliveredCharacters}` +
    `,"providerReportedCost":${textJson(ending.providerReportedCost)},"capturedCost":${quoted(capturedCost)}`
  );
}

function usageJson({ usage }: Ending): string {
  let json = '';
  for (const meter in usage) json += `${json === '' ? '' : ','}"${meter}":${usage[meter as keyof typeof usage]}`;
  return `{${json}}`;
}

function attemptJson(attempt: AttemptRecord): string {
  return (
    `{"deploymentId":"${attempt.deploymentId}","provider":"${attempt.provider}"` +
    `,"upstreamModel":${JSON.stringify(attempt.upstreamModel)},"status":${attempt.status}` +
    `,"errorCode":${quoted(attempt.errorCode)},"startedMs":${millisecondsJson(attempt.startedMs)}` +
    `,"endedMs":${millisecondsJson(attempt.endedMs)},"cost":${quoted(attempt.cost)}}`
  );
}
