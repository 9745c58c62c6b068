import { Box } from '@mui/material';
import { parsePicos } from '@tollgate/domain';
import type { ExplainedRequest } from '@tollgate/wire';
import { Link } from 'react-router-dom';
import { LastDay, Money } from '../figures/figures.js';
import { useText } from '../i18n/use-text.js';
import { DataTable } from '../page/data-table.js';
import { Panel } from '../page/panel.js';
import { useLinkTo } from '../url/use-url-state.js';

/** Which credit paid, in the order in which it was drawn on, and what nobody has paid yet. */
export function FundingPanel({ request: { funding, receivable } }: { readonly request: ExplainedRequest }) {
  const text = useText();
  const linkTo = useLinkTo();
  if (funding.length === 0 && parsePicos(receivable.amount) === 0n) return null;
  return (
    <Panel title={text('charges.who')} hint={text('charges.whoHint')} flush>
      {funding.length > 0 && (
        <DataTable
          label={text('charges.who')}
          rows={funding}
          rowKey={({ creditGrantId }) => creditGrantId}
          rowHref={({ creditGrantId }) => linkTo(`/credit-grants/${creditGrantId}/show`)}
          empty={null}
          columns={[
            {
              key: 'grant',
              label: text('charges.grant'),
              render: ({ account, reason }) => (
                <>
                  {text(`billing.account.${account}`)}
                  <Box sx={{ fontSize: '0.75rem', color: 'text.secondary', fontWeight: 400 }}>{reason}</Box>
                </>
              ),
            },
            {
              key: 'expires',
              label: text('charges.expires'),
              from: 'sm',
              render: ({ expiresAt }) => (expiresAt === null ? text('charges.never') : <LastDay instant={expiresAt} />),
            },
            {
              key: 'amount',
              label: text('charges.amount'),
              numeric: true,
              render: ({ amount }) => <Money value={amount} />,
            },
          ]}
        />
      )}
      {parsePicos(receivable.amount) !== 0n && (
        <Box sx={REST}>
          <Link to={linkTo('/billing')}>{text('charges.receivable')}</Link>
          <Money value={receivable} />
        </Box>
      )}
    </Panel>
  );
}

const REST = {
  display: 'flex',
  justifyContent: 'space-between',
  px: 4,
  py: 3,
  borderTop: '1px solid',
  borderColor: 'divider',
  fontSize: '0.8125rem',
  '& a': { color: 'primary.main' },
} as const;
