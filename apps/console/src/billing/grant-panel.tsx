import { Box, Button, LinearProgress } from '@mui/material';
import { parsePicos } from '@tollgate/domain';
import type { CreditGrant } from '@tollgate/wire';
import { useList } from '../api/use-list.js';
import { Ago, LastDay, Money, NOTHING } from '../figures/figures.js';
import { formatMoney } from '../figures/format-money.js';
import { formatAgo } from '../figures/format-times.js';
import { useText } from '../i18n/use-text.js';
import { DataTable } from '../page/data-table.js';
import { EmptyNotice } from '../page/empty-notice.js';
import { Pager, usePageNumber } from '../page/pager.js';
import { Panel } from '../page/panel.js';
import { useScope } from '../url/scope.js';
import { useLinkTo, useUrlState } from '../url/use-url-state.js';

const ROWS = 20;
const ALL = 'all';

/** Credit with what is left of it, and until when. */
export function GrantPanel() {
  const text = useText();
  const linkTo = useLinkTo();
  const { get, set } = useUrlState();
  const { organization } = useScope();
  const isAll = get('grants') === ALL;
  const { rows, error, hasNextPage, refetch } = useList('credit-grants', {
    filter: { organizationId: organization.id, state: isAll ? undefined : 'live' },
    page: usePageNumber(),
    perPage: ROWS,
  });
  return (
    <Panel
      title={text('billing.grants')}
      hint={text('billing.grantsHint')}
      flush
      actions={
        <Button onClick={() => set({ grants: isAll ? null : ALL })}>
          {text(isAll ? 'billing.onlyLive' : 'billing.allStates')}
        </Button>
      }
    >
      <DataTable
        label={text('billing.grants')}
        rows={rows}
        rowKey={({ id }) => id}
        rowHref={({ id }) => linkTo(`/credit-grants/${id}/show`)}
        error={error}
        onRetry={refetch}
        skeletonRows={3}
        empty={<EmptyNotice title={text('billing.grantsEmptyTitle')}>{text('billing.grantsEmpty')}</EmptyNotice>}
        columns={[
          { key: 'grant', label: text('billing.grant'), render: (grant) => <GrantCell grant={grant} /> },
          { key: 'left', label: text('billing.left'), width: '26%', render: (grant) => <LeftOfGrant grant={grant} /> },
          {
            key: 'priority',
            label: text('billing.priority'),
            numeric: true,
            from: 'md',
            render: ({ priority }) => priority,
          },
          { key: 'expires', label: text('billing.expires'), render: (grant) => <ExpiryCell grant={grant} /> },
          {
            key: 'used',
            label: text('billing.lastUsed'),
            from: 'md',
            render: ({ lastUsedAt }) => (lastUsedAt === null ? text('billing.notUsed') : <Ago instant={lastUsedAt} />),
          },
        ]}
      />
      <Pager hasNextPage={hasNextPage} />
    </Panel>
  );
}

function GrantCell({ grant: { account, origin, reason, state } }: { readonly grant: CreditGrant }) {
  const text = useText();
  return (
    <>
      {text(`billing.account.${account}`)}
      <Box sx={SMALL}>
        {text('billing.from', { origin: text(`billing.origin.${origin}`) })}
        {reason === '' ? '' : ` · ${reason}`}
        {state === 'live' ? '' : ` · ${text(`billing.grantState.${state}`)}`}
      </Box>
    </>
  );
}

/** A bar of what is left, with the amounts beside it. */
export function LeftOfGrant({ grant: { remaining, amount } }: { readonly grant: CreditGrant }) {
  const text = useText();
  const share = Number((parsePicos(remaining.amount) * 1_000n) / parsePicos(amount.amount)) / 10;
  return (
    <>
      <Money value={remaining} />{' '}
      <Box component="span" sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>
        {text('billing.ofAmount', { amount: formatMoney(amount) })}
      </Box>
      <LinearProgress
        variant="determinate"
        value={share}
        aria-label={text('billing.left')}
        sx={{ mt: 1, height: 4, borderRadius: 2, bgcolor: 'action.selected' }}
      />
    </>
  );
}

function ExpiryCell({ grant: { expiresAt, effectiveFrom, state } }: { readonly grant: CreditGrant }) {
  const text = useText();
  return (
    <>
      {expiresAt === null ? text('billing.never') : <LastDay instant={expiresAt} />}
      {state === 'upcoming' && (
        <Box sx={SMALL}>{text('billing.begins', { when: formatAgo(effectiveFrom, Date.now()) || NOTHING })}</Box>
      )}
    </>
  );
}

const SMALL = { fontSize: '0.75rem', color: 'text.secondary', fontWeight: 400 } as const;
