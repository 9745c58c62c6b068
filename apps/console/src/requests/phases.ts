import type { RequestDetail } from '@tollgate/wire';

export interface Phase {
  readonly name: 'admission' | 'dispatch' | 'attempt' | 'firstToken' | 'stream' | 'answer';
  readonly startMs: number;
  readonly endMs: number;
  /** Of attempts: which one, where, and how it failed. */
  readonly attempt?: { readonly number: number; readonly provider: string; readonly errorCode: string | null };
}

/** What a request spent its time on, in order. Phases that it never came to are not there. */
export function phasesOf(request: RequestDetail): readonly Phase[] {
  const { admittedMs, dispatchedMs, firstTokenMs, totalMs, attempts } = request;
  const phases: Phase[] = [];
  if (admittedMs !== null) phases.push({ name: 'admission', startMs: 0, endMs: admittedMs });
  if (dispatchedMs !== null) phases.push({ name: 'dispatch', startMs: admittedMs ?? 0, endMs: dispatchedMs });
  attempts.forEach(({ startedMs, endedMs, provider, errorCode }, index) =>
    phases.push({
      name: 'attempt',
      startMs: startedMs,
      endMs: endedMs,
      attempt: { number: index + 1, provider, errorCode },
    }),
  );
  if (firstTokenMs !== null) {
    phases.push({ name: 'firstToken', startMs: dispatchedMs ?? 0, endMs: firstTokenMs });
    phases.push({ name: request.stream ? 'stream' : 'answer', startMs: firstTokenMs, endMs: totalMs });
  }
  return phases;
}
