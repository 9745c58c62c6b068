/**
 * How good the forecast of exhaustion is, on made-up spend:
 *
 *   npm run bench:forecast -- --histories 200 --seed 1
 *
 * Of each history four weeks are known; the money left would last for so many more days. Told are the mean error of the
 * expected instant in days, and how often the range held it, which should be about 80 %.
 */
import { forecastExhaustion } from '@tollgate/alerts';

import { seededRandom } from './bench-routing-day.mjs';
import { printTable, readOptions } from './command-line.mjs';
import { PATTERNS, spendOf, STEPS_PER_DAY } from './spend-patterns.mjs';

const options = readOptions({ histories: 200, seed: 1 });
const KNOWN = 28;
const AHEAD = 40;
const DAY_MS = 86_400_000;

const rows = [];
for (const [name, pattern] of Object.entries(PATTERNS)) {
  for (const days of [3, 7, 14]) {
    let [error, bias, held, told] = [0, 0, 0, 0];
    for (let index = 0; index < options.histories; index++) {
      const random = seededRandom(options.seed * 15_485_863 + index);
      const steps = spendOf(pattern, KNOWN + AHEAD, { random });
      const daily = Array.from({ length: KNOWN + AHEAD }, (_, day) =>
        steps.subarray(day * STEPS_PER_DAY, (day + 1) * STEPS_PER_DAY).reduce((sum, spent) => sum + spent, 0),
      );
      const left = daily.slice(KNOWN, KNOWN + days).reduce((sum, spent) => sum + spent, 0);
      const history = { days: daily.slice(0, KNOWN), lastWeekday: (KNOWN - 1) % 7 };
      const forecast = forecastExhaustion(history, { left, now: 0, dayEndsAt: DAY_MS });
      if (forecast === null) continue;
      told += 1;
      const truth = days * DAY_MS;
      error += Math.abs(forecast.expectedAt - truth) / DAY_MS;
      bias += (forecast.expectedAt - truth) / DAY_MS;
      if (forecast.earliestAt <= truth && (forecast.latestAt === null || forecast.latestAt >= truth)) held += 1;
    }
    rows.push({
      pattern: name,
      'days left': days,
      'mean error': (error / told).toFixed(2),
      bias: (bias / told).toFixed(2),
      'range held': `${Math.round((held / told) * 100)} %`,
    });
  }
}
printTable(rows);
