import { exportFile, PostgresUsageExport, presentTotals, readAsOf, UsageFiguresError } from '@tollgate/analytics';
import { readConfigFromEnvironment } from '@tollgate/config';
import { Database, deployMigrations } from '@tollgate/database';
import { dayAround, dayLabel, isTimeZone } from '@tollgate/domain';
import { pipeline } from 'node:stream/promises';
import type { Command } from '../command-line.js';
import { joinDatabaseServer } from '../start/database-server.js';
import { StartUpError } from '../start-up-error.js';

type ExportUsage = Extract<Command, { kind: 'export-usage' }>;

/**
 * Writes a file of usage, whether the product runs or not; it is the one that the management API answers.
 * @throws StartUpError when there is no such organization, or the file cannot be made.
 */
export async function exportUsageByCommand(command: ExportUsage, output: NodeJS.WritableStream): Promise<void> {
  const server = await joinDatabaseServer(readConfigFromEnvironment());
  try {
    await deployMigrations(server.url);
    const database = Database.connect(server.url, { poolSize: 2, applicationName: 'tollgate-command' });
    try {
      await writeFile(database, command, output);
    } finally {
      await database.close();
    }
  } finally {
    await server.stop();
  }
}

async function writeFile(database: Database, command: ExportUsage, output: NodeJS.WritableStream): Promise<void> {
  const organization = await database.prisma.organization.findUnique({ where: { id: command.organizationId } });
  if (organization === null) throw new StartUpError(`there is no organization ${command.organizationId}`);
  const { id, timeZone } = organization;
  const zone = command.zone ?? timeZone;
  if (!isTimeZone(zone)) throw new StartUpError(`${zone} is no time zone`);
  const { from, to } = command;
  const request = {
    organization: { id, timeZone },
    range: from === null || to === null ? null : { from: midnightOf(from, zone), to: midnightOf(to, zone) },
    zone: command.zone,
    accountingPeriod: command.period,
    filters: {},
    withProviderCost: true,
  };
  const asOf = await readAsOf(database.pool);
  const text = exportFile(new PostgresUsageExport(database.pool).pages(request), {
    format: command.format,
    organizationId: id,
    withProviderCost: true,
    totals: (totals) => presentTotals(request, totals, { withProviderCost: true, asOf }),
  });
  await pipeline(text, output, { end: false }).catch((error: unknown) => {
    throw error instanceof UsageFiguresError ? new StartUpError(error.message) : error;
  });
}

/** The instant at which a day begins in a zone. No zone is further than 14 hours from UTC. */
function midnightOf(day: string, zone: string): number {
  const noon = Date.parse(`${day}T12:00:00Z`);
  const candidates = [noon, noon - 86_400_000, noon + 86_400_000];
  const within = candidates.find((instant) => dayLabel(instant, zone) === day);
  if (within === undefined) throw new StartUpError(`${day} is no day in ${zone}`);
  return dayAround(within, zone).startsAt;
}
