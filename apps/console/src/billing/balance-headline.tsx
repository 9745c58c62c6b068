import { Alert, Box, Skeleton, Stack } from '@mui/material';
import { parsePicos } from '@tollgate/domain';
import type { MoneyAmount, OrganizationBalance } from '@tollgate/wire';
import type { ReactNode } from 'react';
import { Money, NOTHING } from '../figures/figures.js';
import { formatMoney } from '../figures/format-money.js';
import { formatAgo, formatInstant } from '../figures/format-times.js';
import { useText, type Text } from '../i18n/use-text.js';
import { figureRow } from '../page/figure-row.js';
import { useZone } from '../url/scope.js';

interface BalanceHeadlineProps {
  readonly balance: OrganizationBalance | undefined;
  /** Whether it is of another instant than now. */
  readonly isThen: boolean;
}

/** What can be spent, what is held of it, and what was spent: and whether anything is in the way. */
export function BalanceHeadline({ balance, isThen }: BalanceHeadlineProps) {
  const text = useText();
  const zone = useZone();
  return (
    <Stack sx={{ gap: 3 }}>
      {balance !== undefined && !isThen && <Blocked balance={balance} />}
      <Box sx={ROW}>
        {figuresOf(balance, isThen, text).map(({ label, hint, amount, fallback }) => (
          <Box key={label} sx={{ p: 4, bgcolor: 'background.paper', minWidth: 0 }}>
            <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>{label}</Box>
            <Box sx={{ fontSize: '1.375rem', fontWeight: 600, letterSpacing: '-0.02em', my: 0.5 }}>
              {amount === undefined ? <Skeleton width="60%" /> : amount === null ? fallback : <Money value={amount} />}
            </Box>
            <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>{hint}</Box>
          </Box>
        ))}
      </Box>
      {balance !== undefined && (
        <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary' }}>
          {isThen && text('billing.asOfShown', { when: formatInstant(balance.asOf, zone) })} {nextExpiry(balance, text)}
        </Box>
      )}
    </Stack>
  );
}

interface Figure {
  readonly label: string;
  readonly hint: string;
  /** Undefined while it is read; null where it is not known. */
  readonly amount: MoneyAmount | null | undefined;
  readonly fallback?: ReactNode;
}

function figuresOf(balance: OrganizationBalance | undefined, isThen: boolean, text: Text): readonly Figure[] {
  const isPrepaid = balance?.billingMode === 'prepaid';
  const heldHint = isThen ? 'billing.heldThen' : balance?.held === null ? 'billing.heldUnknown' : 'billing.heldHint';
  return [
    {
      label: text('billing.available'),
      hint: text(balance === undefined || isPrepaid ? 'billing.availableHint' : 'billing.availablePostpaid'),
      amount: balance?.available,
    },
    // what runs is held against a balance only where the balance decides
    ...(balance === undefined || isPrepaid
      ? [{ label: text('billing.held'), hint: text(heldHint), amount: balance?.held, fallback: NOTHING }]
      : []),
    { label: text('billing.spent'), hint: text('billing.spentHint'), amount: balance?.spent },
    { label: text('billing.prepaid'), hint: text('billing.prepaidHint'), amount: balance?.prepaid },
    { label: text('billing.promo'), hint: text('billing.promoHint'), amount: balance?.promo },
    { label: text('billing.owed'), hint: text('billing.owedHint'), amount: balance?.owed },
    // what the operator pays is told to the operator only
    ...(balance !== undefined && balance.cost === undefined
      ? []
      : [{ label: text('billing.cost'), hint: text('billing.costHint'), amount: balance?.cost }]),
  ];
}

/** Only a prepaid organization is refused for what it has. */
function Blocked({ balance: { billingMode, available, held } }: { readonly balance: OrganizationBalance }) {
  const text = useText();
  if (billingMode !== 'prepaid') return null;
  const left = parsePicos(available.amount);
  if (left < 0n) return <Alert severity="error">{`${text('billing.refused')} ${text('billing.overdrawn')}`}</Alert>;
  if (left > parsePicos(held?.amount ?? '0')) return null;
  return <Alert severity={left === 0n ? 'error' : 'warning'}>{text('billing.refused')}</Alert>;
}

function nextExpiry({ nextExpiry: next }: OrganizationBalance, text: Text): string {
  if (next === null) return '';
  const when = formatAgo(next.expiresAt, Date.now());
  return text('billing.nextExpiry', { amount: formatMoney(next.remaining), when });
}

const ROW = figureRow('repeat(auto-fit, minmax(130px, 1fr))');
