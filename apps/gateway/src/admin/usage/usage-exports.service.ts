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
  async download(actor: Actor, query: UsageExportQuery): Promise<UsageFile> {
    const { request, slug } = await this.#question(actor, query);
    const asOf = await readAsOf(this.database.pool);
    const withProviderCost = actor.organizationId === null;
    const left = new AbortController();
    const end = this.#begin();
    const text = exportFile(this.#exports.pages(request, left.signal), {
      format: query.format,
      organizationId: request.organization.id,
      withProviderCost,
      totals: (totals) => presentTotals(request, totals, { withProviderCost, asOf }),
    });
    const first = await text.next().catch((error: unknown) => {
      end();
      return explainFigures(error);
    });
    const content = Readable.from(beginningWith(first.value ?? '', text), { objectMode: false });
    content.once('close', () => {
      left.abort();
      end();
    });
    const name = `${fileNameOf(slug, request)}.${query.format}`;
    return { content, type: MEDIA_TYPES[query.format], disposition: `attachment; filename="${name}"` };
  }

  async totals(actor: Actor, query: UsageExportTotalsQuery): Promise<UsageExportTotals> {
    const { request } = await this.#question(actor, query);
    const asOf = await readAsOf(this.database.pool);
    const end = this.#begin();
    const totals = await this.#exports.totals(request).catch(explainFigures).finally(end);
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

async function* beginningWith(first: string, rest: AsyncIterable<string>): AsyncGenerator<string, void, void> {
  yield first;
  yield* rest;
}

function fileNameOf(slug: string, { organization, range, zone, accountingPeriod }: UsageExportRequest): string {
  const label = (at: number): string => dayLabel(at, zone ?? organization.timeZone);
  // the last day that is in it, as people name ranges
  const days = range === null ? [] : [label(range.from), label(range.to - 1)];
  return ['usage', slug, ...(accountingPeriod === null ? [] : [`booked-${accountingPeriod}`]), ...days].join('_');
}
