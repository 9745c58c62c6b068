import { Box, MenuItem, TextField } from '@mui/material';
import type { ApiKey, MoneyAmount } from '@tollgate/wire';
import { useKeyNames } from '../api/use-key-names.js';
import { useList } from '../api/use-list.js';
import { Ago, Mono, NOTHING } from '../figures/figures.js';
import { SpentOfBudget } from '../figures/spent-of-budget.js';
import { useText, type Text } from '../i18n/use-text.js';
import { useMonthSpend } from '../overview/use-month-spend.js';
import { DataTable, type Column } from '../page/data-table.js';
import { EmptyNotice } from '../page/empty-notice.js';
import { Frame } from '../page/frame.js';
import { Page } from '../page/page.js';
import { Pager, usePageNumber } from '../page/pager.js';
import { WayButton } from '../page/way-button.js';
import { useMe } from '../session/use-me.js';
import { useScope } from '../url/scope.js';
import { useLinkTo, useUrlState } from '../url/use-url-state.js';
import { KeyState } from './key-state.js';

export default function KeyList() {
  const text = useText();
  const linkTo = useLinkTo();
  const { organization, projectId } = useScope();
  const { get } = useUrlState();
  const { me } = useMe();
  const isMine = get('owner') === MINE;
  const { nameOf } = useKeyNames(organization.id);
  const spentBy = useMonthSpend('apiKey');
  const { rows, error, hasNextPage, refetch } = useList('api-keys', {
    filter: {
      organizationId: organization.id,
      projectId: projectId ?? undefined,
      ownerId: isMine ? me?.user?.id : undefined,
    },
    page: usePageNumber(),
  });
  const create = (
    <WayButton to="/keys/create" operation="createApiKey">
      {text('keys.create')}
    </WayButton>
  );
  return (
    <Page
      title={text('keys.title')}
      actions={
        <>
          <OwnerSelect />
          {create}
        </>
      }
    >
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
            <EmptyNotice title={text(isMine ? 'keys.noneOfYours' : 'keys.emptyTitle')} action={create}>
              {text('keys.empty')}
            </EmptyNotice>
          }
        />
        <Pager hasNextPage={hasNextPage} />
      </Frame>
    </Page>
  );
}

const MINE = 'me';
const ANYBODY = 'all';

function OwnerSelect() {
  const text = useText();
  const { get, set } = useUrlState();
  return (
    <TextField
      select
      value={get('owner') === MINE ? MINE : ANYBODY}
      onChange={({ target }) => set({ owner: target.value === MINE ? MINE : null })}
      sx={{ width: 'auto', '& .MuiSelect-select': { py: 1.25, fontSize: '0.8125rem' } }}
      slotProps={{ htmlInput: { 'aria-label': text('keys.whose') } }}
    >
      <MenuItem value={ANYBODY}>{text('keys.everybodys')}</MenuItem>
      <MenuItem value={MINE}>{text('keys.mine')}</MenuItem>
    </TextField>
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
    { key: 'owner', label: text('keys.owner'), from: 'lg', render: ({ ownerName }) => ownerName ?? NOTHING },
    {
      key: 'models',
      label: text('keys.models'),
      from: 'md',
      render: ({ modelAllowlist }) =>
        modelAllowlist.includes('*') ? text('keys.everyModel') : modelAllowlist.join(', '),
    },
    { key: 'state', label: text('keys.state'), from: 'sm', render: (key) => <KeyState apiKey={key} /> },
    {
      key: 'used',
      label: text('keys.lastUsed'),
      from: 'md',
      render: ({ lastUsedAt }) => (lastUsedAt === null ? text('keys.notUsed') : <Ago instant={lastUsedAt} />),
    },
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
      render: ({ id, monthlyBudget }) => <SpentOfBudget spent={spentBy(id)} budget={monthlyBudget} />,
    },
  ];
}
