import { readConfigFromEnvironment } from '@tollgate/config';
import {
  carryOutSelfAudits,
  Database,
  deployMigrations,
  readSelfAudit,
  requestSelfAudit,
  type SelfAuditRow,
} from '@tollgate/database';
import type { SelfAuditExtent, SelfAuditFinding } from '@tollgate/domain';
import { setTimeout as sleep } from 'node:timers/promises';
import { joinDatabaseServer } from '../start/database-server.js';
import { StartUpError } from '../start-up-error.js';

const LOOK_AGAIN_MS = 500;

/**
 * Audits the books, whether the product runs or not: whoever comes first, a worker or this command, carries it out.
 * @returns what to print, and whether the books agree.
 * @throws StartUpError when the audit fails.
 */
export async function auditBooksByCommand(extent: SelfAuditExtent): Promise<{ text: string; agree: boolean }> {
  const server = await joinDatabaseServer(readConfigFromEnvironment());
  try {
    await deployMigrations(server.url);
    const database = Database.connect(server.url, { poolSize: 2, applicationName: 'tollgate-command' });
    try {
      const audit = await auditNow(database, extent);
      const read = `Read: ${server.place}, ${await describeExtent(database)}`;
      return { text: `${read}\n\n${report(audit)}`, agree: audit.state === 'green' };
    } finally {
      await database.close();
    }
  } finally {
    await server.stop();
  }
}

async function auditNow({ pool }: Database, extent: SelfAuditExtent): Promise<SelfAuditRow> {
  const { id } = await requestSelfAudit(pool, { extent, requestedBy: 'command-line' });
  for (;;) {
    const own = (await carryOutSelfAudits(pool)).find(({ audit }) => audit.id === id);
    const audit = own?.audit ?? (await readSelfAudit(pool, id));
    if (audit?.state === 'failed') {
      throw new StartUpError(
        `the audit failed${own === undefined ? '; see the log of the worker' : `: ${String(own.error)}`}`,
      );
    }
    if (audit !== null && audit.finishedAt !== null) return audit;
    await sleep(LOOK_AGAIN_MS);
  }
}

/** How much the books hold, so that nobody takes an empty database for books that agree. */
async function describeExtent({ pool }: Database): Promise<string> {
  const { rows } = await pool.query<{ events: string; organizations: string }>(
    'SELECT (SELECT count(*) FROM usage_event) AS events, (SELECT count(*) FROM organization) AS organizations',
  );
  const { events = '0', organizations = '0' } = rows[0] ?? {};
  return `${counted(events, 'usage event')}, ${counted(organizations, 'organization')}`;
}

const counted = (count: string, noun: string): string =>
  `${BigInt(count).toLocaleString('en-US')} ${noun}${count === '1' ? '' : 's'}`;

function report({ checks, findings }: SelfAuditRow): string {
  const lines = checks.map(({ check, findings: count, durationMs }) => {
    const result = count === 0 ? 'ok' : `${count} ${count === 1 ? 'finding' : 'findings'}`;
    return `${check.padEnd(28)} ${result} (${durationMs} ms)`;
  });
  const verdict = findings.length === 0 ? 'The books agree.' : 'The books do not agree:';
  return [...lines, '', verdict, ...findings.map(describe)].join('\n');
}

function describe({
  organizationId,
  accountingPeriod,
  message,
  expected,
  found,
  difference,
}: SelfAuditFinding): string {
  const where = [organizationId, accountingPeriod].filter((part) => part !== null).join(' ');
  return `  ${where === '' ? '' : `${where}: `}${message}: expected ${expected}, found ${found}, difference ${difference}`;
}
