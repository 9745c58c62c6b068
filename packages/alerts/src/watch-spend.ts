import { readRunningSpend, readSpentDays, spansAround, suspect } from '@tollgate/database';
import type { AlertDraft, Database, RunningSpend } from '@tollgate/database';
import { formatPicos } from '@tollgate/domain';

import { goesOn, unusualSpend } from './anomaly.js';
import type { SpentDay, UnusualSpend } from './anomaly.js';

const MINUTE_MS = 60_000;
/** A second look may come a little early, but not at once: two workers look as well. */
const LEAST_MINUTES = 4;

/**
 * Finds unusual spend. A look costs one query, and one more a day for each that spends more than its floor: what the days
 * before came to does not change.
 */
export class SpendWatch {
  #today = '';
  #before = new Map<string, readonly SpentDay[]>();

  constructor(private readonly pool: Database['pool']) {}

  /** What was unusual at the look before, and goes on. Of a project whose key it is, only the key is told, and so on. */
  async look(at: Date): Promise<AlertDraft[]> {
    const drafts: AlertDraft[] = [];
    const explained = new Set<string>();
    for (const running of await readRunningSpend(this.pool, at)) {
      const { organizationId, projectId, scope, scopeId } = running;
      if (explained.has(scopeId)) continue;
      const unusual = await this.#judge(running, at);
      if (unusual === null) continue;
      explained.add(organizationId);
      if (scope === 'api_key' && projectId !== null) explained.add(projectId);
      if (await this.#goesOn(running, unusual, at)) drafts.push(draftOf(running, unusual, at));
    }
    return drafts;
  }

  async #judge(running: RunningSpend, at: Date): Promise<UnusualSpend | null> {
    const { day } = spansAround(at);
    if (this.#today !== day.toISOString()) {
      this.#today = day.toISOString();
      this.#before.clear();
    }
    const key = `${running.scope} ${running.scopeId}`;
    const before = this.#before.get(key) ?? (await readSpentDays(this.pool, running, day));
    this.#before.set(key, before);
    return unusualSpend({ ...running, before });
  }

  async #goesOn(running: RunningSpend, unusual: UnusualSpend, at: Date): Promise<boolean> {
    const { organizationId, scope, scopeId } = running;
    const { span, spent } = unusual;
    const startsAt = spansAround(at)[span];
    const suspicion = { organizationId, scope, scopeId, span, startsAt, spent: formatPicos(spent) };
    const first = await suspect(this.pool, suspicion, at);
    if (first === null) return false;
    const minutesAgo = (at.getTime() - first.firstSeenAt.getTime()) / MINUTE_MS;
    return minutesAgo >= LEAST_MINUTES && goesOn(unusual, { spent: first.spent, minutesAgo });
  }
}

function draftOf(running: RunningSpend, unusual: UnusualSpend, at: Date): AlertDraft {
  const { organizationId, scope, scopeId, scopeName } = running;
  const { span, spent, usual, times } = unusual;
  const startsAt = spansAround(at)[span].toISOString();
  return {
    kind: 'spend.anomaly',
    severity: 'critical',
    organizationId,
    subject: scopeId,
    dedupeKey: `spend.anomaly:${scope}:${scopeId}:${span}:${startsAt}`,
    facts: {
      scope,
      scopeId,
      scopeName,
      hour: startsAt,
      spent: formatPicos(spent),
      usual: formatPicos(usual),
      times,
    },
  };
}
