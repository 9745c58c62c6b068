import { readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';

import type { Intent, UsageEvent } from '@tollgate/domain';

import { isBefore, readCursor } from './journal-cursor.js';
import type { JournalCursor } from './journal-cursor.js';
import { isOwnerAlive, readOwner } from './journal-owner.js';
import type { JournalOwner } from './journal-owner.js';
import { readRecord, skimRecord } from './journal-records.js';
import type { EventSink, ForwardedEvent, SkimmedRecord } from './journal-records.js';
import { damagedSegmentPath, isDamagedSegment, listSegments, segmentPath } from './segment-files.js';
import { SegmentTail } from './segment-tail.js';

export interface AdoptionOptions {
  /** The same as for `Journal.open`: holds one folder per gateway. */
  readonly directory: string;
  readonly sink: EventSink;
  /** Whether a journal's owner still runs. Default: its process, on this machine. */
  readonly isAlive?: (owner: JournalOwner) => boolean;
  /** Events in one call of the sink. Default 500. */
  readonly batchSize?: number;
  /** Told when everything of a gateway is in the sink, before its journal goes: whoever dies in between is told again. */
  readonly onFinished?: (gatewayId: string) => Promise<void>;
}

export interface Adoption {
  /** Ids of the gateways whose journals were finished and removed. */
  readonly gatewayIds: readonly string[];
  /** Events that their gateways had written and not forwarded. */
  readonly events: number;
  /** Requests that died with their gateway. */
  readonly crashed: number;
  /** Bytes that could not be read; their segments are kept, under another name. */
  readonly damagedBytes: number;
}

const DEFAULT_BATCH_SIZE = 500;
const DAMAGED = '.damaged';

/**
 * Finishes the journals of gateways that are gone: forwards their events, and makes one of outcome `gateway_crashed` for
 * every request that began and has no event. Doing it twice, or by two gateways at once, changes nothing.
 *
 * A journal may have grown for as long as the database was away, so that it is read in pieces: in memory are one batch
 * and the intents that are open. Segments go as soon as they are forwarded, and another try goes on where one failed.
 * @throws what the sink throws; what is not forwarded is then still there.
 */
export async function adoptOrphans(options: AdoptionOptions): Promise<Adoption> {
  const { directory, sink, isAlive = isOwnerAlive, batchSize = DEFAULT_BATCH_SIZE, onFinished } = options;
  const gatewayIds: string[] = [];
  let [events, crashed, damagedBytes] = [0, 0, 0];
  for (const name of await journalFolders(directory)) {
    const folder = path.join(directory, name);
    const owner = await readOwner(folder);
    if (owner !== null && isAlive(owner)) continue;
    const gatewayId = owner?.gatewayId ?? name;
    const finished = await finishJournal(folder, { sink, batchSize, onFinished: () => onFinished?.(gatewayId) });
    if (finished === null) continue;
    gatewayIds.push(gatewayId);
    events += finished.events;
    crashed += finished.crashed;
    damagedBytes += finished.damagedBytes;
  }
  return { gatewayIds, events, crashed, damagedBytes };
}

async function journalFolders(directory: string): Promise<string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
    return names.filter((name) => !name.startsWith('.') && !name.endsWith(DAMAGED)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

type Finished = Omit<Adoption, 'gatewayIds'>;

interface Finishing {
  readonly sink: EventSink;
  readonly batchSize: number;
  readonly onFinished: () => Promise<void> | undefined;
}

/** Returns `null` when somebody else finishes the journal at the same time. */
async function finishJournal(folder: string, { sink, batchSize, onFinished }: Finishing): Promise<Finished | null> {
  const batches = new Batches(sink, batchSize);
  let isTelling = false;
  try {
    const segments = await listSegments(folder);
    const { openIntents, damage } = await survey(folder, segments);
    // before any segment goes: what is open is known by the intents alone, and another try would not find them
    for (const intent of openIntents) await batches.add(crashedEvent(intent));
    await batches.flush();
    const crashed = batches.forwarded;
    for (const segment of segments) {
      await forwardSegment(folder, segment, batches);
      if (damage.has(segment)) await rename(segmentPath(folder, segment), damagedSegmentPath(folder, segment));
      else await rm(segmentPath(folder, segment));
    }
    isTelling = true;
    await onFinished();
    isTelling = false;
    if ((await readdir(folder)).some(isDamagedSegment)) await rename(folder, `${folder}~${Date.now()}${DAMAGED}`);
    else await rm(folder, { recursive: true, force: true });
    const damagedBytes = [...damage.values()].reduce((sum, bytes) => sum + bytes, 0);
    return { events: batches.forwarded - crashed, crashed, damagedBytes };
  } catch (error) {
    // a database behind a socket file may be missing just like a segment
    if (error !== batches.failure && !isTelling && (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

interface Survey {
  readonly openIntents: readonly Intent[];
  /** Bytes of no record, by segment. */
  readonly damage: ReadonlyMap<number, number>;
}

/** The first reading: which requests began and did not end. They are no more than were in flight at once. */
async function survey(folder: string, segments: readonly number[]): Promise<Survey> {
  const open = new Map<string, { readonly bytes: Buffer; readonly segment: number }>();
  const damage = new Map<number, number>();
  const noteDamage = (segment: number, bytes: number): void => {
    if (bytes > 0) damage.set(segment, (damage.get(segment) ?? 0) + bytes);
  };
  for (const segment of segments) {
    for await (const { records, damagedBytes } of piecesOf(folder, segment)) {
      noteDamage(segment, damagedBytes);
      for (const { record, bytes } of records) {
        if (record.kind === 'intent') open.set(record.requestId, { bytes: Buffer.from(bytes), segment });
        else if (record.event.part === 0) open.delete(record.event.requestId);
      }
    }
  }
  const openIntents: Intent[] = [];
  for (const { bytes, segment } of open.values()) {
    const record = readRecord(bytes);
    if (record?.kind === 'intent') openIntents.push(record.intent);
    else noteDamage(segment, bytes.length);
  }
  return { openIntents, damage };
}

/** The second reading: what its gateway had not forwarded yet. */
async function forwardSegment(folder: string, segment: number, batches: Batches): Promise<void> {
  const cursor = readCursor(folder);
  if (segment < cursor.segment) return;
  for await (const { records } of piecesOf(folder, segment)) {
    for (const { record, position } of records) {
      if (record.kind === 'event' && isBefore(cursor, position)) await batches.add(record.event);
    }
  }
  await batches.flush();
}

interface PlacedRecord {
  readonly record: SkimmedRecord;
  readonly bytes: Buffer;
  readonly position: JournalCursor;
}

interface Piece {
  readonly records: readonly PlacedRecord[];
  readonly damagedBytes: number;
}

async function* piecesOf(folder: string, segment: number): AsyncGenerator<Piece> {
  const tail = await SegmentTail.open(segmentPath(folder, segment), segment);
  try {
    for (let atEnd = false; !atEnd;) {
      const read = await tail.read(true);
      const records: PlacedRecord[] = [];
      let { damagedBytes } = read;
      for (const { bytes, end } of read.records) {
        const record = skimRecord(bytes);
        if (record === null) damagedBytes += bytes.length;
        else records.push({ record, bytes, position: { segment, offset: end } });
      }
      yield { records, damagedBytes };
      ({ atEnd } = read);
    }
  } finally {
    await tail.close();
  }
}

/** Events on their way to the sink, never more than a batch of them. */
class Batches {
  forwarded = 0;
  /** What the sink has thrown. */
  failure: unknown = null;
  #batch: ForwardedEvent[] = [];

  constructor(
    private readonly sink: EventSink,
    private readonly size: number,
  ) {}

  async add(event: ForwardedEvent): Promise<void> {
    this.#batch.push(event);
    if (this.#batch.length >= this.size) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.#batch.length === 0) return;
    try {
      await this.sink(this.#batch);
    } catch (error) {
      this.failure = error;
      throw error;
    }
    this.forwarded += this.#batch.length;
    this.#batch = [];
  }
}

/** Nothing is known of what was delivered: settlement estimates the input from its bound. */
function crashedEvent(intent: Intent): ForwardedEvent {
  const event: UsageEvent = {
    ...intent,
    kind: 'event',
    part: 0,
    revision: 0,
    outcome: 'gateway_crashed',
    errorCode: 'gateway_internal',
    status: 0,
    usage: {},
    usageSource: 'none',
    servedModel: null,
    serviceTier: '*',
    deliveredCharacters: 0,
    providerReportedCost: null,
    capturedCost: null,
    attempts: [],
    routing: null,
    timings: { admittedMs: 0, dispatchedMs: null, firstTokenMs: null, totalMs: 0 },
  };
  const { organizationId, requestId, part, revision } = event;
  return { organizationId, requestId, part, revision, payload: Buffer.from(JSON.stringify(event)) };
}
