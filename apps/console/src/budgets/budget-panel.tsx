import { Box, Button, Stack } from '@mui/material';
import { MAX_PAGE_SIZE, type BudgetNotice, type BudgetRaise } from '@tollgate/wire';
import { useState, type ReactNode } from 'react';
import { useList } from '../api/use-list.js';
import { Ago, Money } from '../figures/figures.js';
import { formatMoney } from '../figures/format-money.js';
import { useText, type Text } from '../i18n/use-text.js';
import { DataTable, type Column } from '../page/data-table.js';
import { Facts } from '../page/facts.js';
import { Panel } from '../page/panel.js';
import type { Budget } from './budget.js';
import { EndRaise } from './end-raise.js';
import { ladderWords } from './ladder-words.js';
import { RaiseDialog } from './raise-dialog.js';
import { useMayRaise } from './use-may-raise.js';

interface BudgetPanelProps {
  readonly budget: Budget;
}

/** A monthly budget with its ladder, what is granted beside it for a while, and whom it was told. */
export function BudgetPanel({ budget }: BudgetPanelProps) {
  const text = useText();
  const mayRaise = useMayRaise()(budget);
  const [dialog, setDialog] = useState<'raise' | BudgetRaise | null>(null);
  const close = (): void => setDialog(null);
  const { monthlyBudget, budgetId, budgetRaises } = budget;
  const raise = mayRaise && budgetId !== null && (
    <Button variant="outlined" onClick={() => setDialog('raise')}>
      {text('budgets.raise')}
    </Button>
  );
  return (
    <Panel title={text('budgets.title')} actions={raise} flush>
      <Box sx={{ px: 4, pb: 4 }}>
        <Facts
          facts={[
            [
              text('budgets.monthly'),
              monthlyBudget === null ? text('keys.unlimited') : <Money key="budget" value={monthlyBudget} />,
            ],
            [text('budgets.steps'), ladderWords(budget.budgetLadder, text)],
            [text('keys.limits'), budget.limitsSource === 'file' ? text('routes.file') : null],
          ]}
        />
      </Box>
      {budgetId !== null && (
        <Stack sx={{ '& > *': { borderTop: '1px solid', borderColor: 'divider' } }}>
          <Section title={text('budgets.raises')} hint={text('budgets.raisesHint')}>
            <DataTable
              label={text('budgets.raises')}
              rows={budgetRaises}
              rowKey={({ id }) => id}
              empty={<Nothing>{text('budgets.noRaises')}</Nothing>}
              columns={raiseColumns(text, mayRaise ? setDialog : null)}
            />
          </Section>
          <Notices budgetId={budgetId} />
        </Stack>
      )}
      {dialog === 'raise' && <RaiseDialog budget={budget} onClose={close} />}
      {dialog !== null && dialog !== 'raise' && <EndRaise raise={dialog} onClose={close} />}
    </Panel>
  );
}

function Notices({ budgetId }: { readonly budgetId: string }) {
  const text = useText();
  const { rows, error, refetch } = useList('budget-notices', {
    filter: { budgetId },
    sort: '-createdAt',
    perPage: MAX_PAGE_SIZE,
  });
  return (
    <Section title={text('budgets.notices')} hint={text('budgets.noticesHint')}>
      <DataTable
        label={text('budgets.notices')}
        rows={rows}
        rowKey={({ id }) => id}
        error={error}
        onRetry={refetch}
        skeletonRows={1}
        empty={<Nothing>{text('budgets.noNotices')}</Nothing>}
        columns={noticeColumns(text)}
      />
    </Section>
  );
}

interface SectionProps {
  readonly title: string;
  readonly hint: string;
  readonly children: ReactNode;
}

function Section({ title, hint, children }: SectionProps) {
  return (
    <Box>
      <Box sx={{ px: 4, pt: 3, pb: 2 }}>
        <Box sx={{ fontSize: '0.8125rem', fontWeight: 500 }}>{title}</Box>
        <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>{hint}</Box>
      </Box>
      {children}
    </Box>
  );
}

const Nothing = ({ children }: { readonly children: string }) => (
  <Box sx={{ px: 4, pb: 4, fontSize: '0.8125rem', color: 'text.secondary' }}>{children}</Box>
);

function raiseColumns(text: Text, onEnd: ((raise: BudgetRaise) => void) | null): readonly Column<BudgetRaise>[] {
  return [
    { key: 'amount', label: text('budgets.amount'), render: ({ amount }) => <Money value={amount} /> },
    { key: 'reason', label: text('budgets.reason'), from: 'sm', render: ({ reason }) => reason },
    { key: 'ends', label: text('budgets.ends'), render: ({ expiresAt }) => <Ago instant={expiresAt} /> },
    ...(onEnd === null
      ? []
      : [
          {
            key: 'end',
            label: '',
            numeric: true,
            render: (raise: BudgetRaise) => (
              <Button
                aria-label={text('budgets.endOf', { amount: formatMoney(raise.amount) })}
                onClick={() => onEnd(raise)}
              >
                {text('budgets.end')}
              </Button>
            ),
          },
        ]),
  ];
}

const noticeColumns = (text: Text): readonly Column<BudgetNotice>[] => [
  { key: 'reached', label: text('budgets.reached'), render: ({ percent }) => `${percent} %` },
  {
    key: 'spent',
    label: text('budgets.spent'),
    numeric: true,
    render: ({ spent }) => <Money value={spent} />,
  },
  { key: 'when', label: text('budgets.when'), numeric: true, render: ({ notifiedAt }) => <Ago instant={notifiedAt} /> },
];
