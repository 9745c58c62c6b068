/**
 * Instants (Unix milliseconds) as Postgres reads them. Usage comes by the thousand from within one hour and month, and
 * writing the same text again for each of it was a tenth of what booking it takes.
 */
function textsOf(lengthMs: number, write: (iso: string) => string): (ms: number) => string {
  let writtenFor = Number.NaN;
  let text = '';
  return (ms) => {
    const startsAt = ms - (ms % lengthMs);
    if (startsAt !== writtenFor) {
      text = write(new Date(startsAt).toISOString());
      writtenFor = startsAt;
    }
    return text;
  };
}

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** The hour of UTC in which it is. */
export const hourText = textsOf(HOUR_MS, (iso) => iso);

/** The day of UTC in which it is, as `2026-11-30`. */
export const dayText = textsOf(DAY_MS, (iso) => iso.slice(0, 10));

/** The month of UTC in which it is, as `2026_11`. */
export const monthText = textsOf(DAY_MS, (iso) => iso.slice(0, 7).replace('-', '_'));

/** The instant itself; for those that many rows have. */
export const sharedInstantText = textsOf(1, (iso) => iso);
