import { Box } from '@mui/material';
import type { MoneyAmount } from '@tollgate/wire';
import { useText } from '../i18n/use-text.js';
import { formatMoney } from './format-money.js';
import { Money, NOTHING } from './figures.js';

interface SpentOfBudgetProps {
  /** Undefined while it is being read. */
  readonly spent: MoneyAmount | undefined;
  readonly budget: MoneyAmount | null;
}

/** What was spent, and of how much where there is a ceiling. */
export function SpentOfBudget({ spent, budget }: SpentOfBudgetProps) {
  const text = useText();
  return (
    <>
      {spent === undefined ? NOTHING : <Money value={spent} />}
      {budget !== null && (
        <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>
          {text('keys.ofBudget', { budget: formatMoney(budget) })}
        </Box>
      )}
    </>
  );
}
