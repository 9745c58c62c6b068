import { Box } from '@mui/material';
import type { Alert } from '@tollgate/wire';
import { Link } from 'react-router-dom';
import { useList } from '../api/use-list.js';
import { Ago } from '../figures/figures.js';
import { useText } from '../i18n/use-text.js';
import { DataTable } from '../page/data-table.js';
import { Pager, usePageNumber } from '../page/pager.js';
import { Panel } from '../page/panel.js';
import { useLinkTo, type LinkTo } from '../url/use-url-state.js';
import { PanelNote } from './panel-note.js';
import { SeverityMark } from './severity-mark.js';
import { useAudience } from './use-audience.js';

const PER_PAGE = 20;

/** What was alerted, the newest first, each with the way to what it is about. */
export function AlertPanel() {
  const text = useText();
  const linkTo = useLinkTo();
  const { filter } = useAudience();
  const { rows, error, hasNextPage, refetch } = useList('alerts', {
    filter,
    sort: '-createdAt',
    page: usePageNumber(),
    perPage: PER_PAGE,
  });
  return (
    <Panel title={text('alerts.alerts')} flush>
      <DataTable
        label={text('alerts.alerts')}
        rows={rows}
        rowKey={({ id }) => id}
        error={error}
        onRetry={refetch}
        skeletonRows={5}
        empty={<PanelNote>{text('alerts.noAlerts')}</PanelNote>}
        columns={[
          {
            key: 'what',
            label: text('alerts.what'),
            render: (alert) => <Words alert={alert} href={hrefOf(alert, linkTo)} />,
          },
          {
            key: 'severity',
            label: '',
            width: 110,
            render: ({ severity }) => <SeverityMark severity={severity} />,
          },
          {
            key: 'when',
            label: text('alerts.when'),
            numeric: true,
            from: 'sm',
            width: 120,
            render: ({ raisedAt }) => <Ago instant={raisedAt} />,
          },
        ]}
      />
      <Pager hasNextPage={hasNextPage} />
    </Panel>
  );
}

function Words({ alert: { title, text }, href }: { readonly alert: Alert; readonly href: string | null }) {
  return (
    <>
      <Box sx={{ fontWeight: 500, '& a': { color: 'primary.main' } }}>
        {href === null ? title : <Link to={href}>{title}</Link>}
      </Box>
      <Box sx={{ color: 'text.secondary', fontSize: '0.75rem', whiteSpace: 'pre-line' }}>
        {text.replaceAll(/\n+/g, ' ')}
      </Box>
    </>
  );
}

function hrefOf({ kind, subject, facts }: Alert, linkTo: LinkTo): string | null {
  const { scope, scopeId } = facts;
  if (kind === 'spend.anomaly' || kind.startsWith('budget.')) {
    if (scope === 'api_key' && typeof scopeId === 'string') return linkTo(`/keys/${scopeId}/show`);
    if (scope === 'project' && typeof scopeId === 'string') return linkTo('/requests', { project: scopeId });
    return linkTo('/requests');
  }
  if (kind.startsWith('balance.') || kind === 'credit.expiring') return linkTo('/ledger');
  if (kind === 'model.unpriced') return linkTo('/models', { search: subject.split('/').at(-1) });
  return null;
}
