/** What customers spend, made up by chance from a seed: five-minute steps of dollars. */
export const STEPS_PER_HOUR = 12;
export const STEPS_PER_DAY = 24 * STEPS_PER_HOUR;

const OFFICE = [
  0.1, 0.08, 0.06, 0.05, 0.05, 0.08, 0.2, 0.5, 1, 1.4, 1.6, 1.5, 1.2, 1.4, 1.6, 1.5, 1.3, 1, 0.6, 0.4, 0.3, 0.25, 0.2,
  0.15,
];
const office = (weekend) => (day, hour) => OFFICE[hour] * (day % 7 >= 5 ? weekend : 1.2);

/**
 * Dollars an hour on average, shaped by the week, grown by the week, with hours that are off by a log-normal factor, and
 * batches of an hour and a half at most at random times or each night, whose sizes are log-normal too.
 */
export const PATTERNS = {
  steady: { perHour: 4, shape: () => 1, growth: 0, noise: 0.15 },
  weekly: { perHour: 4, shape: office(0.25), growth: 0, noise: 0.3 },
  growing: { perHour: 4, shape: office(0.25), growth: 0.1, noise: 0.3 },
  bursty: { perHour: 2, shape: office(0.5), growth: 0, noise: 0.5, batchEveryHours: 60, batch: 15 },
  nightly: { perHour: 2, shape: office(0.5), growth: 0, noise: 0.3, nightly: 30 },
  sparse: { perHour: 0.15, shape: office(0.1), growth: 0, noise: 0.8, batchEveryHours: 300, batch: 5 },
};

function gauss(random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

const logNormal = (sigma, random) => Math.exp(sigma * gauss(random) - (sigma * sigma) / 2);

/** @param leak what is multiplied or added from a step on: `{ at, times, plusPerHour }`. */
export function spendOf(pattern, days, { random, leak = null }) {
  const steps = new Float64Array(days * STEPS_PER_DAY);
  let hourly = 1;
  let batchSteps = 0;
  let batchStep = 0;
  for (let step = 0; step < steps.length; step++) {
    const hours = Math.floor(step / STEPS_PER_HOUR);
    if (step % STEPS_PER_HOUR === 0) {
      hourly = logNormal(pattern.noise, random);
      const begins = pattern.batchEveryHours !== undefined && random() < 1 / pattern.batchEveryHours;
      if (begins) {
        batchSteps = 1 + Math.floor(random() * 18);
        batchStep = (pattern.batch * logNormal(0.8, random)) / batchSteps;
      } else if (pattern.nightly !== undefined && hours % 24 === 2) {
        batchSteps = 8;
        batchStep = (pattern.nightly * logNormal(0.25, random)) / batchSteps;
      }
    }
    const grown = (1 + pattern.growth) ** (hours / 168);
    let spent = (pattern.perHour * pattern.shape(Math.floor(hours / 24), hours % 24) * grown * hourly) / STEPS_PER_HOUR;
    // requests of heavy-tailed cost, few in a step
    spent *= logNormal(0.6, random);
    if (leak !== null && step >= leak.at) spent = spent * (leak.times ?? 1) + (leak.plusPerHour ?? 0) / STEPS_PER_HOUR;
    if (batchSteps > 0) {
      spent += batchStep;
      batchSteps -= 1;
    }
    steps[step] = spent;
  }
  return steps;
}
