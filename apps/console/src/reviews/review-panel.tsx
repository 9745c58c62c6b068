import { Box, Button, MenuItem, TextField } from '@mui/material';
import { REVIEW_KINDS } from '@tollgate/domain';
import type { ReviewItem, ReviewSummary } from '@tollgate/wire';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import { callOperation } from '../api/call-operation.js';
import { useList } from '../api/use-list.js';
import { Ago, Money, Mono, NOTHING } from '../figures/figures.js';
import { useText } from '../i18n/use-text.js';
import { DataTable, type Column } from '../page/data-table.js';
import { EmptyNotice } from '../page/empty-notice.js';
import { Pager, usePageNumber } from '../page/pager.js';
import { Panel } from '../page/panel.js';
import { useMe } from '../session/use-me.js';
import { useLinkTo, useUrlState } from '../url/use-url-state.js';
import { NoteDialog, ResolveDialog } from './resolve-dialog.js';
import { subjectLink } from './review-subject.js';

const ROWS = 25;
const STATES = ['open', 'resolved'] as const;

/** The items themselves, with what to do about them. */
export function ReviewPanel({ summary }: { readonly summary: ReviewSummary | undefined }) {
  const text = useText();
  const { get } = useUrlState();
  const { mayCall } = useMe();
  const [chosen, setChosen] = useState<ReviewItem | null>(null);
  const state = STATES.find((known) => known === get('state')) ?? 'open';
  const kind = REVIEW_KINDS.find((known) => known === get('kind'));
  const { rows, error, hasNextPage, refetch } = useList('review-items', {
    filter: { state, kind },
    page: usePageNumber(),
    perPage: ROWS,
  });
  const columns = useColumns(state, mayCall('resolveReviewItem') ? setChosen : null);
  return (
    <Panel
      title={kind === undefined ? text('reviews.section.items') : text(`reviews.kind.${kind}`)}
      hint={kind === undefined ? text('reviews.lead') : text(`reviews.meaning.${kind}`)}
      actions={<Tools state={state} summary={summary} />}
      flush
    >
      <DataTable
        label={text('reviews.title')}
        rows={rows}
        rowKey={({ id }) => id}
        error={error}
        onRetry={refetch}
        empty={<EmptyNotice title={text('reviews.emptyTitle')}>{text('reviews.empty')}</EmptyNotice>}
        columns={columns}
      />
      <Pager hasNextPage={hasNextPage} />
      {chosen !== null && <ResolveDialog item={chosen} onClose={() => setChosen(null)} />}
    </Panel>
  );
}

type Choose = (item: ReviewItem) => void;

function useColumns(state: 'open' | 'resolved', choose: Choose | null): readonly Column<ReviewItem>[] {
  const text = useText();
  const last: readonly Column<ReviewItem>[] =
    state === 'resolved'
      ? [
          {
            key: 'resolution',
            label: text('reviews.resolution'),
            from: 'sm',
            render: (item) => <Resolution item={item} />,
          },
        ]
      : choose === null
        ? []
        : [
            {
              key: 'resolve',
              label: '',
              numeric: true,
              // which of two prices holds is decided on the page of the prices, where it leads
              render: (item) =>
                item.kind === 'price_difference' ? null : (
                  <Button variant="outlined" onClick={() => choose(item)}>
                    {text('reviews.resolve')}
                  </Button>
                ),
            },
          ];
  return [
    { key: 'kind', label: text('reviews.what'), render: (item) => <WhatCell item={item} /> },
    {
      key: 'organization',
      label: text('reviews.organization'),
      from: 'md',
      render: ({ organizationName }) => organizationName ?? text('reviews.everybody'),
    },
    {
      key: 'amount',
      label: text('reviews.amount'),
      numeric: true,
      from: 'sm',
      render: ({ amount }) => (amount === null ? NOTHING : <Money value={amount} />),
    },
    { key: 'opened', label: text('reviews.opened'), from: 'sm', render: ({ openedAt }) => <Ago instant={openedAt} /> },
    ...last,
  ];
}

function WhatCell({ item }: { readonly item: ReviewItem }) {
  const text = useText();
  const linkTo = useLinkTo();
  const href = subjectLink(item, linkTo);
  return (
    <>
      <Box sx={{ fontWeight: 500 }}>{text(`reviews.kind.${item.kind}`)}</Box>
      {href === null ? (
        <Mono>{item.subject}</Mono>
      ) : (
        <Box component={Link} to={href} sx={{ color: 'primary.main', textDecoration: 'none' }}>
          <Mono>{item.subject}</Mono>
        </Box>
      )}
    </>
  );
}

function Resolution({ item: { resolution, resolvedBy, resolvedByName, resolvedAt } }: { readonly item: ReviewItem }) {
  const text = useText();
  return (
    <>
      {resolution}
      <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>
        {resolvedBy === 'worker' ? text('reviews.byWorker') : (resolvedByName ?? resolvedBy)}{' '}
        {resolvedAt !== null && <Ago instant={resolvedAt} />}
      </Box>
    </>
  );
}

function Tools({
  state,
  summary,
}: {
  readonly state: 'open' | 'resolved';
  readonly summary: ReviewSummary | undefined;
}) {
  const text = useText();
  const { get, set } = useUrlState();
  const { mayCall } = useMe();
  const [isAsking, setAsking] = useState(false);
  const kind = REVIEW_KINDS.find((known) => known === get('kind'));
  const count = summary?.open.find((each) => each.kind === kind)?.count ?? 0;
  return (
    <Box sx={{ display: 'flex', gap: 2, alignItems: 'center' }}>
      {state === 'open' &&
        kind !== undefined &&
        kind !== 'price_difference' &&
        count > 1 &&
        mayCall('resolveReviewItems') && (
          <Button variant="outlined" onClick={() => setAsking(true)}>
            {text('reviews.resolveAll', { count })}
          </Button>
        )}
      <TextField
        select
        value={state}
        onChange={({ target }) => set({ state: target.value === 'open' ? null : target.value })}
        sx={{ width: 'auto', '& .MuiSelect-select': { py: 1, fontSize: '0.8125rem' } }}
        slotProps={{ htmlInput: { 'aria-label': text('reviews.state') } }}
      >
        {STATES.map((name) => (
          <MenuItem key={name} value={name}>
            {text(`reviews.${name}`)}
          </MenuItem>
        ))}
      </TextField>
      {isAsking && kind !== undefined && summary !== undefined && (
        <NoteDialog
          title={text('reviews.resolveAllTitle', { count, kind: text(`reviews.kind.${kind}`) })}
          action={text('reviews.resolve')}
          done={text('reviews.resolveAllDone', { count })}
          onClose={() => setAsking(false)}
          send={async (resolution) => {
            await callOperation('resolveReviewItems', { body: { kind, openedBefore: summary.asOf, resolution } });
          }}
        >
          {text('reviews.resolveAllHint')}
        </NoteDialog>
      )}
    </Box>
  );
}
