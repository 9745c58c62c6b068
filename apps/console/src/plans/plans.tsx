import { Box, Button } from '@mui/material';
import type { Plan } from '@tollgate/wire';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import { useList } from '../api/use-list.js';
import { formatMoney } from '../figures/format-money.js';
import { useText, type Text } from '../i18n/use-text.js';
import { DataTable, type Column } from '../page/data-table.js';
import { EmptyNotice } from '../page/empty-notice.js';
import { Frame } from '../page/frame.js';
import { Page } from '../page/page.js';
import { Pager, usePageNumber } from '../page/pager.js';
import { RowMenu } from '../page/row-menu.js';
import { useLinkTo } from '../url/use-url-state.js';
import { ArchiveQuestion } from './archive-question.js';
import { limitWords } from './limit-words.js';
import { PlanDialog } from './plan-dialog.js';

/** What the operator offers. */
export default function Plans() {
  const text = useText();
  const linkTo = useLinkTo();
  const [opened, setOpened] = useState<Plan | 'new' | null>(null);
  const [asked, setAsked] = useState<Plan | null>(null);
  const { rows, error, hasNextPage, refetch } = useList('plans', { sort: 'name', page: usePageNumber() });
  const create = (
    <Button variant="contained" onClick={() => setOpened('new')}>
      {text('plans.create')}
    </Button>
  );
  const holders: Column<Plan> = {
    key: 'organizations',
    label: text('plans.organizations'),
    from: 'sm',
    render: ({ id }) => (
      <Link to={linkTo('/organizations', { plan: id })} style={{ color: 'inherit' }}>
        {text('plans.whoHasIt')}
      </Link>
    ),
  };
  return (
    <Page title={text('plans.title')} subtitle={text('plans.lead')} actions={create}>
      <Frame>
        <DataTable
          label={text('plans.table')}
          rows={rows}
          rowKey={({ id }) => id}
          error={error}
          onRetry={refetch}
          skeletonRows={4}
          empty={
            <EmptyNotice title={text('plans.emptyTitle')} action={create}>
              {text('plans.empty')}
            </EmptyNotice>
          }
          columns={[...termColumns(text), holders, menuColumn(text, { onEdit: setOpened, onArchive: setAsked })]}
        />
        <Pager hasNextPage={hasNextPage} />
      </Frame>
      {opened !== null && <PlanDialog plan={opened === 'new' ? null : opened} onClose={() => setOpened(null)} />}
      {asked !== null && <ArchiveQuestion plan={asked} onClose={() => setAsked(null)} />}
    </Page>
  );
}

function termColumns(text: Text): readonly Column<Plan>[] {
  const monthly = (amount: Plan['platformFee']): string =>
    /[1-9]/.test(amount.amount) ? formatMoney(amount) : text('plans.nothing');
  return [
    {
      key: 'name',
      label: text('plans.name'),
      render: ({ name, archivedAt }) => (
        <>
          <Box component="span" sx={{ fontWeight: 500 }}>
            {name}
          </Box>
          {archivedAt !== null && (
            <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>{text('plans.archived')}</Box>
          )}
        </>
      ),
    },
    { key: 'billing', label: text('plans.billing'), render: ({ billingMode }) => text(`plans.${billingMode}`) },
    {
      key: 'fee',
      label: text('plans.fee'),
      numeric: true,
      from: 'sm',
      render: ({ platformFee }) => monthly(platformFee),
    },
    {
      key: 'credit',
      label: text('plans.credit'),
      numeric: true,
      from: 'sm',
      render: ({ includedCredit }) => monthly(includedCredit),
    },
    { key: 'limits', label: text('plans.limits'), from: 'md', render: (plan) => limitWords(plan, text) },
  ];
}

interface PlanActions {
  readonly onEdit: (plan: Plan) => void;
  readonly onArchive: (plan: Plan) => void;
}

const menuColumn = (text: Text, { onEdit, onArchive }: PlanActions): Column<Plan> => ({
  key: 'actions',
  label: '',
  numeric: true,
  render: (plan) => (
    <RowMenu
      label={text('plans.actionsOf', { name: plan.name })}
      actions={[
        { label: text('plans.edit'), onChoose: () => onEdit(plan) },
        {
          label: text(plan.archivedAt === null ? 'plans.archive' : 'plans.restore'),
          isDestructive: plan.archivedAt === null,
          onChoose: () => onArchive(plan),
        },
      ]}
    />
  ),
});
