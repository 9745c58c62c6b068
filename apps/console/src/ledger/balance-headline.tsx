import { Box, Skeleton } from '@mui/material';
import type { MoneyAmount, OrganizationBalance } from '@tollgate/wire';
import { Money } from '../figures/figures.js';
import { useText, type TextKey } from '../i18n/use-text.js';
import { figureRow } from '../page/figure-row.js';

type Figure = readonly [label: TextKey, hint: TextKey, amount: MoneyAmount | undefined];

/** The figures that an organization asks for first. */
export function BalanceHeadline({ balance }: { readonly balance: OrganizationBalance | undefined }) {
  const text = useText();
  const figures: readonly Figure[] = [
    ['ledger.available', 'ledger.availableHint', balance?.available],
    ['ledger.credited', 'ledger.creditedHint', balance?.credited],
    ['ledger.spent', 'ledger.spentHint', balance?.spent],
    ['ledger.owed', 'ledger.owedHint', balance?.owed],
    // what the operator pays is told to the operator only
    ...(balance !== undefined && balance.cost === undefined
      ? []
      : ([['ledger.cost', 'ledger.costHint', balance?.cost]] as const)),
  ];
  return (
    <Box sx={ROW}>
      {figures.map(([label, hint, amount]) => (
        <Box key={label} sx={{ p: 4, bgcolor: 'background.paper', minWidth: 0 }}>
          <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>{text(label)}</Box>
          <Box sx={{ fontSize: '1.375rem', fontWeight: 600, letterSpacing: '-0.02em', my: 0.5 }}>
            {amount === undefined ? <Skeleton width="60%" /> : <Money value={amount} />}
          </Box>
          <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>{text(hint)}</Box>
        </Box>
      ))}
    </Box>
  );
}

const ROW = figureRow('repeat(auto-fit, minmax(150px, 1fr))');
