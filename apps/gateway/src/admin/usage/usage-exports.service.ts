import { Injectable } from '@nestjs/common';
import { exportFile, PostgresUsageExport, presentTotals, readAsOf, type UsageExportRequest } from '@tollgate/analytics';
import { Database } from '@tollgate/database';
import { dayLabel } from '@tollgate/domain';
import type { UsageExportFormat, UsageExportQuery, UsageExportTotals, UsageExportTotalsQuery } from '@tollgate/wire';
import { Readable } from 'node:stream';
import type { Actor } from '../http/actor.js';
import { withoutUndefined } from '../http/presentation.js';
import { orNotFound, ProblemError } from '../http/problem-error.js';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import { explainFigures } from './explain-figures.js';

const MEDIA_TYPES: Readonly<Record<UsageExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8; header=present',
  jsonl: 'application/x-ndjson; charset=utf-8',
};

/** Exports read at once, each with a connection of its own while a page of it is read; more would starve the rest. */
const MAX_RUNNING = 3;

export interface UsageFile {
  readonly content: Readable;
  readonly type: string;
  readonly disposition: string;
}

interface Question {
  readonly request: UsageExportRequest;
  readonly slug: string;
}

@Injectable()
export class UsageExportsService {
  readonly #exports: PostgresUsageExport;
  #running = 0;

  constructor(
    private readonly database: Database,
    private readonly organizations: OrganizationsRepository,
  ) {
    this.#exports = new PostgresUsageExport(database.pool);
  }

  /** The file as a stream that reads on as it is read. Its first page is there, so that what is wrong has been said. */
  async download(actor: Actor, query: UsageExportQuery, left: AbortSignal): Promise<UsageFile> {
    const { request, slug } = await this.#question(actor, query);
    const asOf = await readAsOf(this.database.pool);
    const withProviderCost = actor.organizationId === null;
    const end = this.#begin();
    const text = exportFile(this.#exports.pages(request, left), {
      format: query.format,
      organizationId: request.organization.id,
      withProviderCost,
      totals: (totals) => presentTotals(request, totals, { withProviderCost, asOf }),
    });
    const first = await text.next().catch((error: unknown) => {
      end();
      return explainFigures(error);
    });
    const watch = new ReaderWatch();
    const content = Readable.from(watch.handOn(first.value ?? '', text), { objectMode: false });
    const look = setInterval(() => {
      if (watch.isOver) content.destroy(new Error('nobody reads this export'));
    }, UNTAKEN_MS / 4).unref();
    content.once('close', () => {
      clearInterval(look);
      end();
    });
    // whoever left while the first page was read will close nothing
    if (left.aborted) content.destroy();
    const name = `${fileNameOf(slug, request)}.${query.format}`;
    return { content, type: MEDIA_TYPES[query.format], disposition: `attachment; filename="${name}"` };
  }

  async totals(actor: Actor, query: UsageExportTotalsQuery, left: AbortSignal): Promise<UsageExportTotals> {
    const { request } = await this.#question(actor, query);
    const asOf = await readAsOf(this.database.pool);
    const end = this.#begin();
    const totals = await this.#exports.totals(request, left).catch(explainFigures).finally(end);
    return presentTotals(request, totals, { withProviderCost: actor.organizationId === null, asOf });
  }

  async #question(actor: Actor, query: UsageExportTotalsQuery): Promise<Question> {
    const id = query.organizationId ?? actor.organizationId;
    if (id === null) {
      throw new ProblemError('invalid-request', 'A file holds the usage of one organization. Name it.', [
        { pointer: '/query/organizationId', code: 'required', message: 'is required of the operator' },
      ]);
    }
    const { timeZone, slug } = orNotFound(await this.organizations.find(actor.organizationId, id));
    const { from, to, zone, accountingPeriod, projectId, apiKeyId, model, provider } = query;
    const request = {
      organization: { id, timeZone },
      range: from === undefined || to === undefined ? null : { from: Date.parse(from), to: Date.parse(to) },
      zone: zone ?? null,
      accountingPeriod: accountingPeriod ?? null,
      filters: withoutUndefined({ projectId, apiKeyId, model, provider }),
      withProviderCost: actor.organizationId === null,
    };
    return { request, slug };
  }

  /** @throws ProblemError when as many exports run as may. Answers what ends this one. */
  #begin(): () => void {
    if (this.#running >= MAX_RUNNING)
      throw new ProblemError('busy', 'Other exports are running. Try again in a minute.');
    this.#running += 1;
    let isRunning = true;
    return () => {
      if (isRunning) this.#running -= 1;
      isRunning = false;
    };
  }
}

/** A reader that takes nothing for so long keeps others from exporting: its connection is cut, and it may ask again. */
const UNTAKEN_MS = 60_000;

/** Knows since when a reader has been waited for. */
class ReaderWatch {
  private waitingSince: number | null = null;

  get isOver(): boolean {
    return this.waitingSince !== null && performance.now() - this.waitingSince > UNTAKEN_MS;
  }

  /** Hands the pages on; between two of them it is the database that is waited for. */
  async *handOn(first: string, rest: AsyncIterable<string>): AsyncGenerator<string, void, void> {
    yield* this.waitFor(first);
    for await (const page of rest) yield* this.waitFor(page);
  }

  private *waitFor(page: string): Generator<string, void, void> {
    this.waitingSince = performance.now();
    yield page;
    this.waitingSince = null;
  }
}

function fileNameOf(slug: string, { organization, range, zone, accountingPeriod }: UsageExportRequest): string {
  const label = (at: number): string => dayLabel(at, zone ?? organization.timeZone);
  // the last day that is in it, as people name ranges
  const days = range === null ? [] : [label(range.from), label(range.to - 1)];
  return ['usage', slug, ...(accountingPeriod === null ? [] : [`booked-${accountingPeriod}`]), ...days].join('_');
}
