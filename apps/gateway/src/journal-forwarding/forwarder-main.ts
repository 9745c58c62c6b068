import { parentPort, workerData } from 'node:worker_threads';

// by themselves: the whole package would make the thread's heap half as large again, and each collection slower
import { noteJournalFinished } from '@tollgate/database/gateway-journals';
import { InboxLines, insertUsageInbox } from '@tollgate/database/usage-inbox';
import { adoptOrphans, type EventSink, JournalForwarder } from '@tollgate/journal';
import pg from 'pg';

import { Nursery } from '../nursery.js';
import type { ForwarderData, FromForwarder, ToForwarder } from './forwarder-messages.js';

/** The thread's own main: nothing of the gateway is in here, only files in and rows out. */
const PROGRESS_MS = 1_000;
const RETRY_MS = 500;
const CONNECTIONS = 2;
const CONNECT_TIMEOUT_MS = 5_000;
/** A server that is frozen, or behind a cable that is cut, would never fail, and nobody would hear of the trouble. */
const ANSWER_TIMEOUT_MS = 15_000;
/** Of events: the driver copies each batch into memory of its own, which marked this small heap every second. */
const BYTES_PER_COLLECTION = 4 * 1024 * 1024;

const { journalRoot, databaseUrl } = workerData as ForwarderData;
const port = requirePort();
const pool = new pg.Pool({
  connectionString: databaseUrl,
  max: CONNECTIONS,
  application_name: 'tollgate-forwarder',
  connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  query_timeout: ANSWER_TIMEOUT_MS,
});
pool.on('error', () => undefined); // the next query tells
// each has memory of its own: a thread that is started anew adopts and follows at the same time
const adoptedLines = new InboxLines();
const adoptedSink: EventSink = (batch) => insertUsageInbox(pool, batch, adoptedLines);
let forwarder: JournalForwarder | null = null;

port.on('message', (message: ToForwarder) => {
  switch (message.kind) {
    case 'follow':
      return follow(message.directory);
    case 'drain':
      return void drain();
  }
});

function follow(directory: string): void {
  const lines = new InboxLines();
  const nursery = new Nursery(BYTES_PER_COLLECTION);
  const sink: EventSink = async (batch) => {
    await insertUsageInbox(pool, batch, lines);
    const bytes = batch.reduce((sum, { payload }) => sum + payload.length, 0);
    setImmediate(() => nursery.passed(bytes)); // when nothing holds the batch any more
  };
  forwarder = new JournalForwarder({
    directory,
    sink,
    onError: (error) => tell({ kind: 'trouble', message: error.message }),
    onDamage: (segment, bytes) =>
      tell({ kind: 'trouble', message: `segment ${segment} has ${bytes} bytes of no record` }),
  });
  forwarder.start();
  setInterval(() => tell({ kind: 'progress', forwardedTo: forwarder?.forwardedTo ?? null }), PROGRESS_MS).unref();
}

async function drain(): Promise<void> {
  const everything = forwarder === null || (await forwarder.drain());
  await pool.end();
  tell({ kind: 'drained', everything });
  port.close();
}

/** Postgres may be away for a moment while a gateway starts; without this the spend of the month would be unknown. */
async function adopt(): Promise<void> {
  for (;;) {
    try {
      const { gatewayIds, events, crashed } = await adoptOrphans({
        directory: journalRoot,
        sink: adoptedSink,
        onFinished: (gatewayId) => noteJournalFinished(pool, gatewayId),
      });
      return tell({ kind: 'adopted', journals: gatewayIds.length, events, crashed });
    } catch (error) {
      tell({ kind: 'trouble', message: error instanceof Error ? error.message : String(error) });
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

function tell(message: FromForwarder): void {
  port.postMessage(message);
}

function requirePort(): NonNullable<typeof parentPort> {
  if (parentPort === null) throw new Error('the forwarder runs as a thread of the gateway');
  return parentPort;
}

await adopt();
