import { Box, Button } from '@mui/material';
import type { ApiKey, MoneyAmount } from '@tollgate/wire';
import { Link } from 'react-router-dom';
import { useKeyNames } from '../api/use-key-names.js';
import { useList } from '../api/use-list.js';
import { formatMoney } from '../figures/format-money.js';
import { Ago, Money, Mono, NOTHING } from '../figures/figures.js';
import { useText, type Text } from '../i18n/use-text.js';
import { DataTable, type Column } from '../page/data-table.js';
import { EmptyNotice } from '../page/empty-notice.js';
import { Frame } from '../page/frame.js';
import { Page } from '../page/page.js';
import { Pager, usePageNumber } from '../page/pager.js';
import { useMe } from '../session/use-me.js';
import { useScope } from '../url/scope.js';
import { useLinkTo } from '../url/use-url-state.js';
import { KeyState } from './key-state.js';
import { useMonthSpend } from './use-month-spend.js';

export default function KeyList() {
  const text = useText();
  const linkTo = useLinkTo();
  const { organization, projectId } = useScope();
  const { may } = useMe();
  const { nameOf } = useKeyNames(organization.id);
  const spentBy = useMonthSpend();
  const { rows, error, hasNextPage, refetch } = useList('api-keys', {
    filter: { organizationId: organization.id, projectId: projectId ?? undefined },
    page: usePageNumber(),
  });
  const create = may('api-keys.write') ? (
    <Button variant="contained" component={Link} to={linkTo('/keys/create')}>
      {text('keys.create')}
    </Button>
  ) : undefined;
  return (
    <Page title={text('keys.title')} actions={create}>
      <Frame>
        <DataTable
          label={text('keys.table')}
          columns={columnsOf({ text, nameOf, spentBy })}
          rows={rows}
          rowKey={({ id }) => id}
          rowHref={({ id }) => linkTo(`/keys/${id}/show`)}
          error={error}
          onRetry={refetch}
          empty={
            <EmptyNotice title={text('keys.emptyTitle')} action={create}>
              {text('keys.empty')}
            </EmptyNotice>
          }
        />
        <Pager hasNextPage={hasNextPage} />
      </Frame>
    </Page>
  );
}

interface ColumnParts {
  readonly text: Text;
  readonly nameOf: (id: string) => string;
  readonly spentBy: (id: string) => MoneyAmount | undefined;
}

function columnsOf({ text, nameOf, spentBy }: ColumnParts): readonly Column<ApiKey>[] {
  return [
    {
      key: 'name',
      label: text('keys.name'),
      render: ({ name, secrets }) => (
        <>
          {name}
          <Box sx={{ fontSize: '0.75rem', fontWeight: 400, color: 'text.secondary' }}>
            <Mono>{secrets.at(-1)?.displayPrefix ?? ''}</Mono>
          </Box>
        </>
      ),
    },
    { key: 'project', label: text('keys.project'), from: 'sm', render: ({ projectId }) => nameOf(projectId) },
    {
      key: 'models',
      label: text('keys.models'),
      from: 'md',
      render: ({ modelAllowlist }) =>
        modelAllowlist.includes('*') ? text('keys.everyModel') : modelAllowlist.join(', '),
    },
    { key: 'state', label: text('keys.state'), from: 'sm', render: (key) => <KeyState apiKey={key} /> },
    {
      key: 'expires',
      label: text('keys.expires'),
      from: 'lg',
      render: ({ expiresAt }) => (expiresAt === null ? text('keys.never') : <Ago instant={expiresAt} />),
    },
    {
      key: 'spent',
      label: text('keys.spent'),
      numeric: true,
      render: ({ id, monthlyBudget }) => <Spent spent={spentBy(id)} budget={monthlyBudget} />,
    },
  ];
}

interface SpentProps {
  readonly spent: MoneyAmount | undefined;
  readonly budget: MoneyAmount | null;
}

function Spent({ spent, budget }: SpentProps) {
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
