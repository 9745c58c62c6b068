import { readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';

import type { Intent, UsageEvent } from '@tollgate/domain';

import { isBefore, readCursor } from './journal-cursor.js';
import { isOwnerAlive, readOwner } from './journal-owner.js';
import type { JournalOwner } from './journal-owner.js';
import { readRecord } from './journal-records.js';
import type { EventSink, ForwardedEvent } from './journal-records.js';
import { listSegments, readSegment, segmentPath } from './segment-files.js';

export interface AdoptionOptions {
  /** The same as for `Journal.open`: holds one folder per gateway. */
  readonly directory: string;
  readonly sink: EventSink;
  /** Whether a journal's owner still runs. Default: its process, on this machine. */
  readonly isAlive?: (owner: JournalOwner) => boolean;
}

export interface Adoption {
  /** Ids of the gateways whose journals were finished and removed. */
  readonly gatewayIds: readonly string[];
  /** Events that their gateways had written and not forwarded. */
  readonly events: number;
  /** Requests that died with their gateway. */
  readonly crashed: number;
  /** Bytes that could not be read; their journals are kept, under another name. */
  readonly damagedBytes: number;
}

const BATCH_SIZE = 500;
const DAMAGED = '.damaged';

/**
 * Finishes the journals of gateways that are gone: forwards their events, and makes one of outcome `gateway_crashed` for
 * every request that began and has no event. Doing it twice, or by two gateways at once, changes nothing.
 * @throws what the sink throws; the journal is then still there.
 */
export async function adoptOrphans(options: AdoptionOptions): Promise<Adoption> {
  const { isAlive = isOwnerAlive } = options;
  const gatewayIds: string[] = [];
  let [events, crashed, damagedBytes] = [0, 0, 0];
  for (const name of await journalFolders(options.directory)) {
    const folder = path.join(options.directory, name);
    const owner = await readOwner(folder);
    if (owner !== null && isAlive(owner)) continue;
    const orphan = await readOrphan(folder);
    if (orphan === null) continue;
    const died = orphan.openIntents.map(crashedEvent);
    await forward([...orphan.events, ...died], options.sink);
    if (orphan.damagedBytes === 0) await rm(folder, { recursive: true, force: true });
    else await rename(folder, `${folder}~${Date.now()}${DAMAGED}`);
    gatewayIds.push(owner?.gatewayId ?? name);
    events += orphan.events.length;
    crashed += died.length;
    damagedBytes += orphan.damagedBytes;
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

interface Orphan {
  /** Those that were not forwarded. */
  readonly events: readonly ForwardedEvent[];
  readonly openIntents: readonly Intent[];
  readonly damagedBytes: number;
}

/** Returns `null` when somebody else has finished the journal in the meantime. */
async function readOrphan(folder: string): Promise<Orphan | null> {
  const cursor = readCursor(folder);
  const intents = new Map<string, Intent>();
  const events: ForwardedEvent[] = [];
  let damagedBytes = 0;
  try {
    for (const number of await listSegments(folder)) {
      const segment = await readSegment(segmentPath(folder, number));
      damagedBytes += segment.damagedBytes;
      for (const { text, end } of segment.records) {
        const record = readRecord(text);
        if (record === null) damagedBytes += text.length;
        else if (record.kind === 'intent') intents.set(record.intent.requestId, record.intent);
        else {
          intents.delete(record.event.requestId);
          if (isBefore(cursor, { segment: number, offset: end })) events.push(record.event);
        }
      }
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  return { events, openIntents: [...intents.values()], damagedBytes };
}

async function forward(events: readonly ForwardedEvent[], sink: EventSink): Promise<void> {
  for (let at = 0; at < events.length; at += BATCH_SIZE) await sink(events.slice(at, at + BATCH_SIZE));
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
    timings: { admittedMs: 0, dispatchedMs: null, firstTokenMs: null, totalMs: 0 },
  };
  const { organizationId, requestId, part, revision } = event;
  return { organizationId, requestId, part, revision, payload: JSON.stringify(event) };
}
