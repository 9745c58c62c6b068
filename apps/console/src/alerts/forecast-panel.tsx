import { Box } from '@mui/material';
import type { BudgetForecastAnswer } from '@tollgate/wire';
import { useOperation } from '../api/use-operation.js';
import { Money } from '../figures/figures.js';
import { approximateMoney, formatMoney } from '../figures/format-money.js';
import { useText, type Text } from '../i18n/use-text.js';
import { DataTable } from '../page/data-table.js';
import { Panel } from '../page/panel.js';
import { useScope } from '../url/scope.js';
import { PanelNote } from './panel-note.js';

/** What budgets have spent, and when they end. */
export function ForecastPanel() {
  const text = useText();
  const { organization, zone } = useScope();
  const { data, error, refetch } = useOperation('listBudgetForecasts', {
    query: { organizationId: organization.id },
  });
  return (
    <Panel title={text('alerts.budgets')} hint={text('alerts.budgetsHint')} flush>
      <DataTable
        label={text('alerts.budgets')}
        rows={data?.data}
        rowKey={({ budgetId }) => budgetId}
        error={error}
        onRetry={() => void refetch()}
        skeletonRows={3}
        empty={<PanelNote>{text('alerts.noBudgets')}</PanelNote>}
        columns={[
          { key: 'scope', label: text('alerts.budget'), render: ({ scopeName }) => scopeName },
          {
            key: 'spent',
            label: text('alerts.spent'),
            numeric: true,
            render: ({ spent, granted }) => (
              <>
                <Money value={spent} />{' '}
                <Box component="span" sx={{ color: 'text.secondary' }}>
                  {text('alerts.of', { granted: formatMoney(granted) })}
                </Box>
              </>
            ),
          },
          {
            key: 'forecast',
            label: text('alerts.forecast'),
            render: (forecast) => <Forecast forecast={forecast} words={wordsOf(forecast, { text, zone })} />,
          },
        ]}
      />
    </Panel>
  );
}

interface Words {
  readonly headline: string;
  readonly range: string | null;
}

function Forecast({ forecast, words }: { readonly forecast: BudgetForecastAnswer; readonly words: Words }) {
  return (
    <>
      <Box sx={forecast.exhaustion === null ? {} : { fontWeight: 500 }}>{words.headline}</Box>
      {words.range !== null && <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>{words.range}</Box>}
    </>
  );
}

function wordsOf(
  { spent, granted, exhaustion, spentByEnd }: BudgetForecastAnswer,
  { text, zone }: { readonly text: Text; readonly zone: string },
): Words {
  const day = (instant: string): string =>
    new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: zone }).format(new Date(instant));
  if (approximateMoney(spent) >= approximateMoney(granted)) return { headline: text('alerts.usedUp'), range: null };
  if (exhaustion !== null) {
    const { expectedAt, earliestAt, latestAt } = exhaustion;
    const earliest = day(earliestAt);
    const isOneDay = latestAt !== null && day(latestAt) === earliest;
    const range = isOneDay
      ? null
      : latestAt === null
        ? text('alerts.endsFrom', { earliest })
        : text('alerts.endsRange', { earliest, latest: day(latestAt) });
    return { headline: text('alerts.ends', { day: day(expectedAt) }), range };
  }
  if (spentByEnd === null) return { headline: text('alerts.unknown'), range: null };
  return { headline: text('alerts.lasts', { amount: formatMoney(spentByEnd) }), range: null };
}
