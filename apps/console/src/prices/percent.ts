/** A percentage with two places at most, which is what a basis point is; not below −100. */
export const PERCENT = /^(-(100(\.0{1,2})?|\d{1,2}(\.\d{1,2})?)|\d{1,4}(\.\d{1,2})?)$/;

const PLACES = 2;

/** `12.5` percent are 1,250 basis points, exactly: the text is moved, and nothing is multiplied. */
export function basisPointsOf(percent: string): number {
  const [whole = '0', fraction = ''] = percent.split('.');
  return Number(`${whole}${fraction.padEnd(PLACES, '0')}`);
}

/** The other way round, for a field. */
export function percentOf(basisPoints: number | null): string {
  return basisPoints === null ? '' : String(basisPoints / 10 ** PLACES);
}
