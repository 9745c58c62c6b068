/** `--name value` for each name, or its default; numbers stay numbers. */
export function readOptions(defaults) {
  const given = new Map();
  for (let index = 2; index < process.argv.length; index += 2) given.set(process.argv[index], process.argv[index + 1]);
  const unknown = [...given.keys()].find((name) => !(name.replace(/^--/, '') in defaults));
  if (unknown !== undefined)
    throw new Error(`there is no option ${unknown}; there are --${Object.keys(defaults).join(', --')}`);
  const entries = Object.entries(defaults).map(([name, value]) => [name, Number(given.get(`--${name}`) ?? value)]);
  // what is off by default may be said to be off
  const wrong = entries.find(([name, value]) => !(value > 0 || (value === 0 && defaults[name] === 0)));
  if (wrong !== undefined) throw new Error(`--${wrong[0]} must be a number above 0`);
  return Object.fromEntries(entries);
}

/** A table for the terminal and for Markdown. */
export function printTable(rows) {
  const titles = Object.keys(rows[0] ?? {});
  const cells = [titles, ...rows.map((row) => titles.map((title) => String(row[title])))];
  const widths = titles.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  const [head, ...body] = cells;
  console.log([line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n'));
}
