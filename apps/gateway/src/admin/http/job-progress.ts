/** How far work in the background has come. */
export interface JobFacts {
  readonly isDone: boolean;
  readonly eventsTotal: string;
  readonly eventsDone: string;
  readonly startedAt: Date | null;
}

/** Share of the work and the time that is left, as far as what has been done tells. The total is an estimate. */
export function progressOf({ isDone, eventsTotal, eventsDone, startedAt }: JobFacts, now: number) {
  const total = Number(eventsTotal);
  const done = Number(eventsDone);
  if (isDone) return { progress: 1, etaSeconds: null };
  const progress = total === 0 ? 0 : Math.min(0.99, done / total);
  const isKnown = startedAt !== null && done > 0 && total > done;
  const etaSeconds = isKnown ? Math.ceil(((now - startedAt.getTime()) / 1_000 / done) * (total - done)) : null;
  return { progress, etaSeconds };
}
