import { Button, MenuItem, TextField } from '@mui/material';
import { MAX_PAGE_SIZE, type Organization, type Plan } from '@tollgate/wire';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { useList } from '../api/use-list.js';
import { useOperation } from '../api/use-operation.js';
import { Ago, Money, NOTHING } from '../figures/figures.js';
import { SimulatedTag } from '../figures/simulated-tag.js';
import { useText, type Text } from '../i18n/use-text.js';
import { DataTable, type Column } from '../page/data-table.js';
import { EmptyNotice } from '../page/empty-notice.js';
import { Frame } from '../page/frame.js';
import { Page } from '../page/page.js';
import { Pager, usePageNumber } from '../page/pager.js';
import { RowMenu } from '../page/row-menu.js';
import { useLinkTo, useUrlState } from '../url/use-url-state.js';
import { OrganizationDialog } from './organization-dialog.js';
import { useSpendOfOrganizations } from './use-spend-of-organizations.js';

/** Who uses the installation, for the operator. */
export default function Organizations() {
  const text = useText();
  const linkTo = useLinkTo();
  const { get } = useUrlState();
  const [opened, setOpened] = useState<Organization | 'new' | null>(null);
  const planId = get('plan') ?? undefined;
  const request = { filter: { planId }, sort: 'name', page: usePageNumber() };
  const { rows, error, hasNextPage, refetch } = useList('organizations', request);
  const { rows: plans } = useList('plans', { sort: 'name', perPage: MAX_PAGE_SIZE });
  const spentBy = useSpendOfOrganizations();
  const create = (
    <Button variant="contained" onClick={() => setOpened('new')}>
      {text('organizations.create')}
    </Button>
  );
  return (
    <Page
      title={text('organizations.title')}
      subtitle={text('organizations.lead')}
      actions={
        <>
          <PlanChoice plans={plans ?? []} />
          {create}
        </>
      }
    >
      <Frame>
        <DataTable
          label={text('organizations.table')}
          rows={rows}
          rowKey={({ id }) => id}
          rowHref={({ id }) => linkTo('/', { organization: id, project: null })}
          error={error}
          onRetry={refetch}
          empty={<EmptyNotice title={text('organizations.emptyTitle')}>{text('organizations.empty')}</EmptyNotice>}
          columns={[...factColumns(text, plans ?? []), ...moneyColumns(text, spentBy), menuColumn(setOpened)]}
        />
        <Pager hasNextPage={hasNextPage} />
      </Frame>
      {opened !== null && (
        <OrganizationDialog
          organization={opened === 'new' ? null : opened}
          plans={plans ?? []}
          onClose={() => setOpened(null)}
        />
      )}
    </Page>
  );
}

function PlanChoice({ plans }: { readonly plans: readonly Plan[] }) {
  const text = useText();
  const { get, set } = useUrlState();
  const chosen = get('plan') ?? '';
  if (plans.length === 0) return null;
  return (
    <TextField
      select
      value={plans.some(({ id }) => id === chosen) ? chosen : ''}
      onChange={({ target }) => set({ plan: target.value })}
      sx={{ width: 'auto', '& .MuiSelect-select': { py: 1, fontSize: '0.8125rem' } }}
      slotProps={{ htmlInput: { 'aria-label': text('organizations.plan') }, select: { displayEmpty: true } }}
    >
      <MenuItem value="">{text('organizations.anyPlan')}</MenuItem>
      {plans.map(({ id, name }) => (
        <MenuItem key={id} value={id}>
          {name}
        </MenuItem>
      ))}
    </TextField>
  );
}

function factColumns(text: Text, plans: readonly Plan[]): readonly Column<Organization>[] {
  return [
    {
      key: 'name',
      label: text('organizations.name'),
      render: ({ name, simulated }) => (
        <>
          {name} {simulated && <SimulatedTag />}
        </>
      ),
    },
    {
      key: 'plan',
      label: text('organizations.plan'),
      from: 'sm',
      render: ({ planId }) => plans.find(({ id }) => id === planId)?.name ?? NOTHING,
    },
    {
      key: 'billing',
      label: text('organizations.billing'),
      from: 'md',
      render: ({ billingMode }) => text(`organizations.${billingMode}`),
    },
  ];
}

function moneyColumns(
  text: Text,
  spentBy: ReturnType<typeof useSpendOfOrganizations>,
): readonly Column<Organization>[] {
  return [
    {
      key: 'balance',
      label: text('organizations.balance'),
      numeric: true,
      render: (organization) => <Available organization={organization} />,
    },
    {
      key: 'spent',
      label: text('organizations.spent'),
      numeric: true,
      from: 'sm',
      render: ({ id }) => {
        const spent = spentBy(id);
        return spent === undefined ? NOTHING : <Money value={spent} />;
      },
    },
    {
      key: 'created',
      label: text('organizations.since'),
      from: 'md',
      render: ({ createdAt }) => <Ago instant={createdAt} />,
    },
  ];
}

const menuColumn = (onTerms: ActionsProps['onTerms']): Column<Organization> => ({
  key: 'actions',
  label: '',
  numeric: true,
  render: (organization) => <Actions organization={organization} onTerms={onTerms} />,
});

/** Only of those that pay beforehand: nobody else is bounded by it. */
function Available({ organization: { id, billingMode } }: { readonly organization: Organization }) {
  const isPrepaid = billingMode === 'prepaid';
  const request = { params: { organizationId: id }, query: {} };
  const { data } = useOperation('readBalance', request, { enabled: isPrepaid });
  return !isPrepaid || data === undefined ? NOTHING : <Money value={data.available} />;
}

interface ActionsProps {
  readonly organization: Organization;
  readonly onTerms: (organization: Organization) => void;
}

function Actions({ organization, onTerms }: ActionsProps) {
  const text = useText();
  const linkTo = useLinkTo();
  const navigate = useNavigate();
  const { id, name } = organization;
  const open = (path: string) => () => void navigate(linkTo(path, { organization: id, project: null }));
  return (
    <RowMenu
      label={text('organizations.actionsOf', { name })}
      actions={[
        { label: text('organizations.terms'), onChoose: () => onTerms(organization) },
        { label: text('organizations.open'), onChoose: open('/') },
        { label: text('organizations.openBilling'), onChoose: open('/billing') },
      ]}
    />
  );
}
