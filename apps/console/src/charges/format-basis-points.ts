const PER_PERCENT = 100;

/** Hundredths of a percent, without a sign: `10 %`, `2.5 %`. */
export function formatBasisPoints(basisPoints: number): string {
  const magnitude = Math.abs(basisPoints);
  const whole = Math.trunc(magnitude / PER_PERCENT);
  const fraction = String(magnitude % PER_PERCENT)
    .padStart(2, '0')
    .replace(/0+$/, '');
  return `${whole}${fraction === '' ? '' : `.${fraction}`} %`;
}
