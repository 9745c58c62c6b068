import { Box, Button } from '@mui/material';
import { parsePicos } from '@tollgate/domain';
import type { MoneyAmount, PrepaidRollForward } from '@tollgate/wire';
import { useOperation } from '../api/use-operation.js';
import { ExactMoney } from '../figures/figures.js';
import { formatMoney } from '../figures/format-money.js';
import { useText, type TextKey } from '../i18n/use-text.js';
import { ErrorNotice } from '../page/error-notice.js';
import { Panel } from '../page/panel.js';
import { PageSkeleton } from '../page/page-skeleton.js';
import { saveTable } from '../page/save-table.js';
import type { PeriodFigures } from './trial-balance-panel.js';

type Movement = keyof PrepaidRollForward['prepaid'] | keyof PrepaidRollForward['promo'];

/** How credit came to what it is at the end of the period. */
export function RollForwardPanel({ whose, period }: PeriodFigures) {
  const text = useText();
  const { data, error, refetch } = useOperation(
    'readPrepaidRollForward',
    { query: { ...whose, accountingPeriod: period ?? '' } },
    { enabled: period !== undefined, keepPrevious: true },
  );
  return (
    <Panel
      title={text('billing.rollForward')}
      hint={text('billing.rollForwardHint')}
      actions={data !== undefined && <Download rollForward={data} />}
    >
      {error !== null && data === undefined && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && period !== undefined && <PageSkeleton />}
      {data !== undefined && (
        <>
          <Movements title="billing.rollPrepaid" movements={data.prepaid} />
          {data.bookedLater !== null && parsePicos(data.bookedLater.amount) !== 0n && (
            <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>
              {text('billing.bookedLater', { amount: formatMoney(data.bookedLater) })}
            </Box>
          )}
          <Movements title="billing.rollPromo" movements={data.promo} />
        </>
      )}
    </Panel>
  );
}

interface MovementsProps {
  readonly title: TextKey;
  readonly movements: Readonly<Partial<Record<Movement, MoneyAmount>>>;
}

/** From opening to closing; what did not move is not said. */
function Movements({ title, movements }: MovementsProps) {
  const text = useText();
  const all = Object.entries(movements) as [Movement, MoneyAmount][];
  const shown = all.filter(
    ([name, { amount }]) => name === 'opening' || name === 'closing' || parsePicos(amount) !== 0n,
  );
  return (
    <Box component="section" sx={{ mt: 2 }}>
      <Box sx={{ fontSize: '0.8125rem', fontWeight: 500 }}>{text(title)}</Box>
      <Box component="table" aria-label={text(title)} sx={TABLE}>
        <tbody>
          {shown.map(([name, amount]) => (
            <tr key={name} data-sum={name === 'closing'}>
              <th scope="row">{text(`billing.movement.${name}`)}</th>
              <td>
                <ExactMoney value={amount} />
              </td>
            </tr>
          ))}
        </tbody>
      </Box>
    </Box>
  );
}

function Download({ rollForward: { prepaid, promo, accountingPeriod } }: { readonly rollForward: PrepaidRollForward }) {
  const text = useText();
  const rowsOf = (credit: string, movements: Readonly<Record<string, MoneyAmount>>): string[][] =>
    Object.entries(movements).map(([name, { amount }]) => [credit, name, amount]);
  const save = (): void =>
    saveTable(`${text('billing.rollForward')} ${accountingPeriod}`, [
      ['credit', 'movement', 'amount'],
      ...rowsOf('prepaid', prepaid),
      ...rowsOf('promo', promo),
    ]);
  return <Button onClick={save}>{text('billing.download')}</Button>;
}

const TABLE = {
  width: '100%',
  borderCollapse: 'collapse',
  fontSize: '0.8125rem',
  '& th': { fontWeight: 400, textAlign: 'left', color: 'text.secondary', p: 0, py: 1 },
  '& td': { textAlign: 'right', p: 0, py: 1, whiteSpace: 'nowrap' },
  '& tr[data-sum=true] > *': { borderTop: '1px solid', borderColor: 'divider', fontWeight: 600, color: 'text.primary' },
} as const;
