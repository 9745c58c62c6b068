import type { FieldProblem } from '@tollgate/wire';

/** What of a price tells when it holds, and for what. */
interface SpannedDraft {
  readonly provider: string;
  readonly model: string;
  readonly meter: string;
  readonly serviceTier: string;
  readonly region: string;
  readonly fromTokens: number;
  readonly timeWindow: string;
  readonly effectiveFrom: string;
  readonly effectiveTo: string | null;
}

/** Prices of one publication that contradict each other: for the same thing at the same time. */
export function overlappingDrafts(drafts: readonly SpannedDraft[]): FieldProblem[] {
  const numbered = drafts.map((draft, index) => ({
    index,
    key: keyOf(draft),
    from: Date.parse(draft.effectiveFrom),
    to: draft.effectiveTo === null ? Number.POSITIVE_INFINITY : Date.parse(draft.effectiveTo),
  }));
  const faults: FieldProblem[] = [];
  for (const same of Map.groupBy(numbered, ({ key }) => key).values()) {
    const sorted = same.sort((a, b) => a.from - b.from || a.index - b.index);
    let latest = sorted[0];
    for (const span of sorted.slice(1)) {
      if (latest !== undefined && span.from < latest.to) {
        const message = `is for the same thing at the same time as prices/${latest.index}`;
        faults.push({ pointer: `/body/prices/${span.index}`, code: 'overlapping', message });
      }
      if (latest === undefined || span.to > latest.to) latest = span;
    }
  }
  return faults;
}

function keyOf({ provider, model, meter, serviceTier, region, fromTokens, timeWindow }: SpannedDraft): string {
  return JSON.stringify([provider, model, meter, serviceTier, region, fromTokens, timeWindow]);
}
