/**
 * How often the rule of unusual spend is wrong, and how soon it is right:
 *
 *   npm run bench:anomaly -- --months 40 --seed 1
 *
 * Months of made-up spend of one key, four weeks of history before each, looked at every five minutes with the product's
 * own rule. False alerts are told by subject and month; of leaks (three and ten times as much, and a loop of 20 dollars an
 * hour), begun at random times, the median and the ninth decile of hours until the alert, and how many were found in three
 * days.
 */
import { goesOn, unusualSpend } from '@tollgate/alerts';

import { seededRandom } from './bench-routing-day.mjs';
import { printTable, readOptions } from './command-line.mjs';
import { PATTERNS, spendOf, STEPS_PER_DAY, STEPS_PER_HOUR } from './spend-patterns.mjs';

const options = readOptions({ months: 40, seed: 1 });
const HISTORY_DAYS = 28;
const PICOS = 1_000_000_000_000;
const FLOOR = BigInt(PICOS);
const LEAKS = { 'three times': { times: 3 }, 'ten times': { times: 10 }, '20 $/h loop': { plusPerHour: 20 } };
const picos = (dollars) => BigInt(Math.round(dollars * 1e6)) * 1_000_000n;

function daysOf(steps) {
  return Array.from({ length: steps.length / STEPS_PER_DAY }, (_, day) => {
    const hours = Array.from({ length: 24 }, (__, hour) => {
      const from = day * STEPS_PER_DAY + hour * STEPS_PER_HOUR;
      return steps.subarray(from, from + STEPS_PER_HOUR).reduce((sum, spent) => sum + spent, 0);
    });
    return { hour: picos(Math.max(...hours)), day: picos(hours.reduce((sum, spent) => sum + spent, 0)) };
  });
}

/** The steps at which is alerted, at most once a day. */
function alertsOf(steps, sensitivity, fromDay) {
  const days = daysOf(steps);
  const alerts = [];
  let quietUntil = -1;
  let first = null;
  let [hour, day] = [0, 0];
  for (let step = fromDay * STEPS_PER_DAY; step < steps.length; step++) {
    const today = Math.floor(step / STEPS_PER_DAY);
    if (step % STEPS_PER_DAY === 0) day = 0;
    if (step % STEPS_PER_HOUR === 0)
      [hour, first] = [0, first?.span === 'day' && step % STEPS_PER_DAY !== 0 ? first : null];
    hour += steps[step];
    day += steps[step];
    if (hour <= 1 && day <= 8) continue;
    const before = days.slice(Math.max(0, today - HISTORY_DAYS), today);
    const unusual = unusualSpend({ hour: picos(hour), day: picos(day), before, sensitivity, floor: FLOOR });
    if (unusual === null) continue;
    if (first?.span !== unusual.span) {
      first = { span: unusual.span, spent: unusual.spent, step };
      continue;
    }
    if (step <= quietUntil || !goesOn(unusual, { spent: first.spent, minutesAgo: (step - first.step) * 5 })) continue;
    alerts.push(step);
    quietUntil = step + STEPS_PER_DAY;
  }
  return alerts;
}

const decile = (values, share) => values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)];

function detection(pattern, sensitivity, leak) {
  const waits = Array.from({ length: options.months }, (_, index) => {
    const random = seededRandom(options.seed * 7_919 + index);
    const at = Math.floor((HISTORY_DAYS + random() * 7) * STEPS_PER_DAY);
    const steps = spendOf(pattern, HISTORY_DAYS + 10, { random, leak: { ...leak, at } });
    const found = alertsOf(steps, sensitivity, HISTORY_DAYS).find((step) => step >= at);
    return found === undefined ? Infinity : (found - at + 1) / STEPS_PER_HOUR;
  });
  const told = (hours) => (Number.isFinite(hours) ? hours.toFixed(1) : '–');
  const soon = waits.filter((hours) => hours <= 72).length / waits.length;
  return `${told(decile(waits, 0.5))} / ${told(decile(waits, 0.9))} h, ${Math.round(soon * 100)} %`;
}

for (const sensitivity of ['normal', 'high', 'low']) {
  console.log(`\nsensitivity ${sensitivity}: median / ninth decile of hours, found within three days`);
  const rows = Object.entries(PATTERNS).map(([name, pattern]) => {
    let alerts = 0;
    for (let month = 0; month < options.months; month++) {
      const random = seededRandom(options.seed * 104_729 + month);
      alerts += alertsOf(spendOf(pattern, 2 * HISTORY_DAYS, { random }), sensitivity, HISTORY_DAYS).length;
    }
    const found = Object.entries(LEAKS).map(([leak, change]) => [leak, detection(pattern, sensitivity, change)]);
    return { pattern: name, 'false a month': (alerts / options.months).toFixed(2), ...Object.fromEntries(found) };
  });
  printTable(rows);
}
