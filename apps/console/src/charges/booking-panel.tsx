import { Box } from '@mui/material';
import type { ChargeBooking, ChargeRevision, ExplainedRequest } from '@tollgate/wire';
import { Link } from 'react-router-dom';
import { Ago, Money } from '../figures/figures.js';
import { OutcomeMark } from '../figures/outcome-mark.js';
import { useText } from '../i18n/use-text.js';
import { DataTable } from '../page/data-table.js';
import { Facts } from '../page/facts.js';
import { Panel } from '../page/panel.js';
import { useLinkTo } from '../url/use-url-state.js';

/** The period and the transaction that it stands in, and every correction of it. */
export function BookingPanel({ request: { booking, revisions } }: { readonly request: ExplainedRequest }) {
  const text = useText();
  const state = booking.periodState === 'closed' ? text('charges.periodClosed') : text('charges.periodOpen');
  return (
    <Panel title={text('charges.books')} hint={revisions.length > 1 ? text('charges.revisionsHint') : undefined} flush>
      <Box sx={{ px: 4, pb: 4 }}>
        <Facts
          facts={[
            [text('charges.bookedAt'), <Ago key="booked" instant={booking.bookedAt} />],
            [text('charges.period'), `${booking.accountingPeriod}, ${state}`],
            [text('charges.transaction'), <TransactionLink key="transaction" booking={booking} />],
          ]}
        />
      </Box>
      {revisions.length > 1 && <Revisions revisions={revisions} />}
    </Panel>
  );
}

function Revisions({ revisions }: { readonly revisions: readonly ChargeRevision[] }) {
  const text = useText();
  return (
    <DataTable
      label={text('charges.revisions')}
      rows={revisions}
      rowKey={({ revision }) => String(revision)}
      empty={null}
      columns={[
        {
          key: 'revision',
          label: text('charges.revision'),
          render: ({ revision }) => (revision === 0 ? text('charges.first') : text('charges.corrected', { revision })),
        },
        {
          key: 'outcome',
          label: text('charges.outcome'),
          from: 'md',
          render: ({ outcome }) => <OutcomeMark outcome={outcome} />,
        },
        {
          key: 'transaction',
          label: text('charges.transaction'),
          from: 'sm',
          render: ({ booking }) => <TransactionLink booking={booking} />,
        },
        {
          key: 'difference',
          label: text('charges.difference'),
          numeric: true,
          render: ({ difference }) => <Money value={difference} />,
        },
        {
          key: 'billed',
          label: text('charges.billed'),
          numeric: true,
          from: 'sm',
          render: ({ billedCost }) => <Money value={billedCost} />,
        },
      ]}
    />
  );
}

function TransactionLink({ booking }: { readonly booking: ChargeBooking }) {
  const text = useText();
  const linkTo = useLinkTo();
  const { ledgerTransactionId: id, accountingPeriod } = booking;
  if (id === null) return text(booking.state === 'accrued' ? 'charges.accrued' : 'charges.nothing');
  return (
    <Box component={Link} to={linkTo(`/charges/${id}`)} sx={{ color: 'primary.main' }}>
      {`${accountingPeriod} · ${booking.bookingMinute.slice(0, 16).replace('T', ' ')} UTC`}
    </Box>
  );
}
