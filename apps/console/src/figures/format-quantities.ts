const GROUPED = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const THREE_FIGURES = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });

const STEPS = [
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/** `842`, `9,041`, `12.4k`, `3.07M`. */
export function formatCount(count: number): string {
  // what rounds up to the next step belongs to it: 999,950 is 1M
  const step = STEPS.find(([size]) => Math.abs(count) >= size * 0.9995);
  if (step === undefined || Math.abs(count) < 10_000) return GROUPED.format(count);
  return `${THREE_FIGURES.format(count / step[0])}${step[1]}`;
}

/** `12,401`. */
export function formatExactCount(count: number): string {
  return GROUPED.format(count);
}

/** `3.2 ms`, `842 ms`, `1.24 s`, `1 min`, `2 min 3 s`. */
export function formatDuration(ms: number): string {
  if (ms < 10) return `${trimZeros(ms.toFixed(1))} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${trimZeros((ms / 1000).toFixed(ms < 10_000 ? 2 : 1))} s`;
  const seconds = Math.round(ms / 1000);
  const rest = seconds % 60;
  return `${Math.floor(seconds / 60)} min${rest === 0 ? '' : ` ${rest} s`}`;
}

/** A share between 0 and 1 as `4.2 %`; what is not nothing never reads as nothing. */
export function formatShare(share: number): string {
  if (share > 0 && share < 0.001) return '< 0.1 %';
  if (share < 1 && share > 0.999) return '> 99.9 %';
  return `${trimZeros((share * 100).toFixed(share < 0.1 ? 2 : 1))} %`;
}

const trimZeros = (text: string): string => text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
