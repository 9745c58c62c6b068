/** What an import has found, for people: what changed, where the two sources differ, and what is missing. */
const TOLERANCE = 0.01;

/** Price rows by what they are for, as they hold on a day. */
function rowsOf(prices) {
  return new Map(
    prices.map((row) => [
      [row.meter, row.fromTokens ?? 0, row.timeWindow ?? '*', row.from ?? '', row.to ?? ''].join(' '),
      Number(row.amount) / row.per,
    ]),
  );
}

/** What an import changes in the data of a provider: names, and prices with their old and new amounts. */
export function compareModels(before, after) {
  const old = new Map(before.map((model) => [model.name, model]));
  const now = new Map(after.map((model) => [model.name, model]));
  const changed = [];
  for (const model of after) {
    const previous = old.get(model.name);
    if (previous === undefined || JSON.stringify(previous) === JSON.stringify(model)) continue;
    changed.push({ name: model.name, prices: comparePrices(previous.prices, model.prices) });
  }
  return {
    added: after.filter(({ name }) => !old.has(name)).map(({ name }) => name),
    removed: before.filter(({ name }) => !now.has(name)).map(({ name }) => name),
    changed,
  };
}

function comparePrices(before, after) {
  const [old, now] = [rowsOf(before), rowsOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((key) => {
    const [was, is] = [old.get(key), now.get(key)];
    if (was === is) return [];
    if (was === undefined) return [`${key.trim()}: new`];
    if (is === undefined) return [`${key.trim()}: gone`];
    return [`${key.trim()}: ${dollars(was)} → ${dollars(is)} (${percent(is, was)})`];
  });
}

/** Models whose price for the first tokens of a request, on a day, is another in the two sources. */
export function findDisagreements({ models, described, pricesOf, day }) {
  const found = [];
  for (const [priced, entries] of described) {
    const model = models.find(({ name }) => name === priced.name);
    const ours = currentRows(model.prices, day);
    for (const entry of entries) {
      const theirs = currentRows(pricesOf(entry), day);
      for (const [meter, row] of ours) {
        const otherRow = theirs.get(meter);
        if (otherRow === undefined) continue;
        const [amount, other] = [perUnit(row), perUnit(otherRow)];
        if (Math.abs(amount - other) <= TOLERANCE * Math.max(amount, other)) continue;
        const rows = { first: amountOf(row), second: amountOf(otherRow) };
        found.push({ name: model.name, as: entry.id, meter, amount, other, ...rows });
      }
    }
  }
  // two addresses of one vendor list the same
  return [...new Map(found.map((one) => [JSON.stringify(one), one])).values()];
}

const perUnit = ({ amount, per }) => Number(amount) / per;
const amountOf = ({ amount, per }) => ({ amount, per });

function currentRows(prices, day) {
  return new Map(
    prices
      .filter((row) => (row.fromTokens ?? 0) === 0 && row.timeWindow === undefined)
      .filter((row) => (row.from ?? '') <= day && (row.to === undefined || day < row.to))
      .map((row) => [row.meter, row]),
  );
}

/** What is committed of disagreements: one for each price, of the entry that has its very name where there is one. */
export function committedDisagreements(found) {
  const byPrice = Map.groupBy(found, ({ name, meter }) => `${name} ${meter}`);
  return [...byPrice.values()].map((all) => {
    const { name, meter, first, second } = all.find((one) => one.as === one.name) ?? all[0];
    return { model: name, meter, first, second };
  });
}

const dollars = (perUnit) => `$${Number((perUnit * 1e6).toPrecision(6))}`;
const percent = (is, was) => `${was === 0 ? 'was free' : `${(((is - was) / was) * 100).toFixed(1)} %`}`;

/** The report as Markdown; amounts are for a million units of the meter. */
export function toMarkdown(entries) {
  const total = (count) => entries.reduce((sum, entry) => sum + count(entry), 0);
  const counts = (entry) =>
    `| ${entry.provider} | ${entry.models.length} | ${entry.rows} | ${entry.added.length} | ${entry.changed.length} | ${entry.removed.length} | ${entry.disagreements.length} | ${entry.unpriced.length} | ${entry.factless.length} |`;
  return [
    '# Import of the catalogue',
    '',
    ...[
      ...new Set(entries.flatMap(({ sources }) => sources.map((one) => `- ${one.name} (${one.licence}, ${one.day})`))),
    ],
    '',
    '| provider | models | prices | added | changed | removed | disagreeing | unpriced | without facts |',
    '| --- | --: | --: | --: | --: | --: | --: | --: | --: |',
    ...entries.map(counts),
    `| **all** | ${total((e) => e.models.length)} | ${total((e) => e.rows)} | ${total((e) => e.added.length)} | ${total((e) => e.changed.length)} | ${total((e) => e.removed.length)} | ${total((e) => e.disagreements.length)} | ${total((e) => e.unpriced.length)} | ${total((e) => e.factless.length)} |`,
    ...entries.flatMap(section),
    '',
  ].join('\n');
}

function section(entry) {
  const list = (title, lines) => (lines.length === 0 ? [] : ['', `${title}: ${lines.length}`, '', ...lines]);
  const names = (of) => of.map((name) => `- ${name}`);
  const lines = [
    ...list('Added', names(entry.added)),
    ...list('Removed', names(entry.removed)),
    ...list(
      'Changed',
      entry.changed.flatMap(({ name, prices }) => [`- ${name}`, ...prices.map((price) => `  - ${price}`)]),
    ),
    ...list(
      'Disagreeing by more than 1 % (the first counts: the package is newer than models.dev, and dated)',
      entry.disagreements.map(
        ({ name, as, meter, amount, other }) =>
          `- ${name}${as === name ? '' : ` (as ${as})`} ${meter}: ${dollars(amount)}, models.dev ${dollars(other)} (${percent(other, amount)})`,
      ),
    ),
    ...list('Unpriced', names(entry.unpriced)),
    ...list(
      'Prices without a meter, left out',
      [...entry.withoutMeter].map(([name, models]) => `- ${name}: ${models.join(', ')}`),
    ),
    ...list('Left out', names(entry.leftOut)),
    ...list('Without facts', names(entry.factless)),
  ];
  return lines.length === 0 ? [] : ['', `## ${entry.provider}`, ...lines];
}

/** The report as it is printed: counts and the names that fit a line. */
export function toText(entry) {
  const list = (names) => {
    if (names.length === 0) return 'none';
    const some = names.slice(0, 8).join(', ');
    return `${names.length}: ${some}${names.length > 8 ? ', …' : ''}`;
  };
  return [
    `${entry.provider}: ${entry.models.length} models, ${entry.rows} prices`,
    `  added         ${list(entry.added)}`,
    `  removed       ${list(entry.removed)}`,
    `  changed       ${list(entry.changed.map(({ name }) => name))}`,
    `  disagreeing   ${list(entry.disagreements.map(({ as, meter }) => `${as} ${meter}`))}`,
    `  unpriced      ${list(entry.unpriced)}`,
    `  without facts ${list(entry.factless)}`,
    ...[...entry.withoutMeter].map(([name, models]) => `  no meter      ${name} of ${models.length} models`),
    ...(entry.leftOut.length === 0 ? [] : [`  left out      ${list(entry.leftOut)}`]),
  ].join('\n');
}
