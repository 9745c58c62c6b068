import type { Picos } from '@tollgate/domain';

import type { Column } from '../columnar-insert.js';

/** What a batch adds to a row that is known by its key. */
export interface Amount {
  readonly key: readonly string[];
  picos: Picos;
}

export const keyColumn = (index: number, name: string, type: 'text' | 'timestamptz' = 'text'): Column<Amount> => ({
  name,
  type,
  value: ({ key }) => key[index] ?? null,
});

export function addAmount(amounts: Map<string, Amount>, key: readonly string[], picos: Picos): void {
  if (picos === 0n) return;
  const id = key.join('\0');
  const amount = amounts.get(id);
  if (amount === undefined) amounts.set(id, { key, picos });
  else amount.picos += picos;
}

/** In the order of their keys, so that two transactions never wait for each other. */
export function sorted(amounts: ReadonlyMap<string, Amount>): Amount[] {
  return [...amounts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, amount]) => amount);
}
