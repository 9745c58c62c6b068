import { Box, Button } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import type { ManualPosting } from '@tollgate/wire';
import { useState } from 'react';
import { useNotify } from 'react-admin';
import { callOperation } from '../api/call-operation.js';
import { useList } from '../api/use-list.js';
import { Ago, Money } from '../figures/figures.js';
import { formatMoney } from '../figures/format-money.js';
import { useText } from '../i18n/use-text.js';
import { DataTable } from '../page/data-table.js';
import { Panel } from '../page/panel.js';
import { Question } from '../page/question.js';
import { useMe } from '../session/use-me.js';
import { useScope } from '../url/scope.js';
import { RejectDialog } from './reject-dialog.js';

const ROWS = 50;

interface Asked {
  readonly posting: ManualPosting;
  readonly dialog: 'approve' | 'reject';
}

/** What waits for a second person, of every organization: nothing is shown when nothing does. */
export function PendingPanel() {
  const text = useText();
  const { me } = useMe();
  const { organization } = useScope();
  const [asked, setAsked] = useState<Asked | null>(null);
  const { rows = [] } = useList('manual-postings', { filter: { state: 'pending' }, perPage: ROWS });
  // those of the organization that is looked at come first
  const sorted = rows.toSorted(
    (a, b) => Number(b.organizationId === organization.id) - Number(a.organizationId === organization.id),
  );
  if (rows.length === 0) return null;
  const isOwn = ({ requestedBy }: ManualPosting): boolean => requestedBy === me?.user?.id;
  return (
    <Panel title={text('billing.pending')} hint={text('billing.pendingHint')} flush>
      <DataTable
        label={text('billing.pending')}
        rows={sorted}
        rowKey={({ id }) => id}
        empty={null}
        columns={[
          { key: 'what', label: text('billing.postKind'), render: (posting) => <WhatCell posting={posting} /> },
          {
            key: 'organization',
            label: text('billing.organization'),
            from: 'md',
            render: ({ organizationName }) => organizationName,
          },
          {
            key: 'amount',
            label: text('billing.amount'),
            numeric: true,
            render: ({ amount }) => <Money value={amount} />,
          },
          {
            key: 'actions',
            label: '',
            numeric: true,
            render: (posting) => (
              <Box sx={{ display: 'flex', gap: 1, justifyContent: 'flex-end' }}>
                <Button onClick={() => setAsked({ posting, dialog: 'reject' })}>
                  {text(isOwn(posting) ? 'billing.withdraw' : 'billing.reject')}
                </Button>
                {!isOwn(posting) && (
                  <Button variant="contained" onClick={() => setAsked({ posting, dialog: 'approve' })}>
                    {text('billing.approve')}
                  </Button>
                )}
              </Box>
            ),
          },
        ]}
      />
      {asked?.dialog === 'approve' && <ApproveQuestion posting={asked.posting} onClose={() => setAsked(null)} />}
      {asked?.dialog === 'reject' && <RejectDialog posting={asked.posting} onClose={() => setAsked(null)} />}
    </Panel>
  );
}

function WhatCell({ posting }: { readonly posting: ManualPosting }) {
  const text = useText();
  const { me } = useMe();
  const isOwn = posting.requestedBy === me?.user?.id;
  return (
    <>
      <Box sx={{ fontWeight: 500 }}>{text(`billing.kindShort.${posting.kind}`)}</Box>
      <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>
        {posting.reason} · <Ago instant={posting.requestedAt} />
        {` · ${isOwn ? text('billing.yours') : (posting.requestedByName ?? posting.requestedBy)}`}
      </Box>
    </>
  );
}

function ApproveQuestion({ posting, onClose }: { readonly posting: ManualPosting; readonly onClose: () => void }) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  return (
    <Question
      title={text('billing.approveTitle')}
      action={text('billing.approve')}
      onClose={onClose}
      onConfirm={async () => {
        await callOperation('approveManualPosting', { params: { manualPostingId: posting.id } });
        await queryClient.invalidateQueries();
        notify(text('billing.approved'), { type: 'success' });
        onClose();
      }}
    >
      {`${text(`billing.kindShort.${posting.kind}`)}: ${formatMoney(posting.amount)}, ${posting.organizationName}. ${posting.reason}`}
    </Question>
  );
}
