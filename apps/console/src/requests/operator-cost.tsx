import type { MoneyAmount } from '@tollgate/wire';
import { Money, NOTHING } from '../figures/figures.js';
import type { Column } from '../page/data-table.js';

type ToldCost = MoneyAmount | null | undefined;

/** What is paid to providers is told to the operator only: elsewhere it is absent. */
export const hasOperatorCost = (costs: readonly ToldCost[]): boolean => costs.some((cost) => cost !== undefined);

export function operatorCost<T>(label: string, costOf: (row: T) => ToldCost): Column<T> {
  return {
    key: 'cost',
    label,
    numeric: true,
    render: (row) => {
      const cost = costOf(row);
      return cost == null ? NOTHING : <Money value={cost} />;
    },
  };
}
