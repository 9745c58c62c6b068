import { Alert, Box, Button, Stack } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import type { SelfAudit } from '@tollgate/wire';
import type { SelfAuditExtent } from '@tollgate/domain';
import { useState } from 'react';
import { useNotify } from 'react-admin';
import { callOperation } from '../api/call-operation.js';
import { Ago, Duration, Mono, NOTHING } from '../figures/figures.js';
import { formatAgo } from '../figures/format-times.js';
import { checkWords } from '../i18n/english/self-audits.js';
import { useText } from '../i18n/use-text.js';
import { DataTable } from '../page/data-table.js';
import { ErrorNotice } from '../page/error-notice.js';
import { Page } from '../page/page.js';
import { PageSkeleton } from '../page/page-skeleton.js';
import { Panel } from '../page/panel.js';
import { useMe } from '../session/use-me.js';
import { useUrlState } from '../url/use-url-state.js';
import { FindingPanel } from './finding-panel.js';
import { Light } from './light.js';
import { useVerdict } from './use-verdict.js';
import type { Verdict } from './verdict.js';

/** Whether the books agree with themselves, what was looked at, and every audit before. */
export default function SelfAudits() {
  const text = useText();
  const { get } = useUrlState();
  const { audits, error, refetch, ...verdict } = useVerdict();
  if (audits === undefined && error === null) return <PageSkeleton />;
  const chosen = audits?.find(({ id }) => id === get('audit')) ?? verdict.latest;
  return (
    <Page title={text('selfAudits.title')} subtitle={text('selfAudits.lead')} actions={<AuditButtons />}>
      {audits === undefined ? (
        <ErrorNotice error={error ?? new Error()} onRetry={refetch} />
      ) : (
        <Stack sx={{ gap: 4 }}>
          <Headline verdict={verdict} />
          {verdict.isUnderWay && <Alert severity="info">{text('selfAudits.underWay')}</Alert>}
          {verdict.findings.length > 0 && <FindingPanel findings={verdict.findings} />}
          <Box sx={GRID}>
            {chosen !== null && <CheckPanel audit={chosen} />}
            <HistoryPanel audits={audits} />
          </Box>
        </Stack>
      )}
    </Page>
  );
}

function Headline({ verdict: { light, latest, findings } }: { readonly verdict: Verdict }) {
  const text = useText();
  const words =
    light === 'green'
      ? text('selfAudits.green')
      : light === 'red'
        ? text('selfAudits.red', { smart_count: findings.length })
        : text(light === 'failed' ? 'selfAudits.failed' : 'selfAudits.never');
  const ago = latest === null ? null : formatAgo(latest.finishedAt ?? latest.requestedAt, Date.now());
  return (
    <Box sx={HEADLINE} role="status">
      <Light light={light} size={32} />
      <Box>
        <Box sx={{ fontSize: '1.25rem', fontWeight: 600 }}>{words}</Box>
        <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary' }}>
          {latest === null || ago === null
            ? text('selfAudits.neverHint')
            : text('selfAudits.checksMade', { count: latest.checks.length, ago })}
        </Box>
      </Box>
    </Box>
  );
}

function AuditButtons() {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const { mayCall } = useMe();
  const [isAsking, setAsking] = useState(false);
  if (!mayCall('requestSelfAudit')) return null;
  const ask = async (extent: SelfAuditExtent): Promise<void> => {
    setAsking(true);
    try {
      await callOperation('requestSelfAudit', { body: { extent } });
      notify(text('selfAudits.asked'), { type: 'info' });
    } catch (error) {
      notify(error instanceof Error ? error.message : String(error), { type: 'error' });
    }
    setAsking(false);
    await queryClient.invalidateQueries({ queryKey: ['listSelfAudits'] });
  };
  return (
    <>
      <Button variant="outlined" disabled={isAsking} onClick={() => void ask('full')}>
        {text('selfAudits.nowFull')}
      </Button>
      <Button variant="contained" disabled={isAsking} onClick={() => void ask('recent')}>
        {text('selfAudits.now')}
      </Button>
    </>
  );
}

function CheckPanel({ audit }: { readonly audit: SelfAudit }) {
  const text = useText();
  return (
    <Panel title={text('selfAudits.checks')} hint={text(`selfAudits.extent.${audit.extent}`)} flush>
      <DataTable
        label={text('selfAudits.checks')}
        rows={audit.checks}
        rowKey={({ check }) => check}
        empty={<Box sx={{ px: 4, pb: 4, color: 'text.secondary' }}>{NOTHING}</Box>}
        columns={[
          {
            key: 'check',
            label: text('selfAudits.check'),
            render: ({ check, findings }) => (
              <Box component="span" sx={{ display: 'inline-flex', gap: 2, alignItems: 'center' }}>
                <Light light={findings === 0 ? 'green' : 'red'} size={16} />
                {checkWords(check)}
              </Box>
            ),
          },
          {
            key: 'findings',
            label: text('selfAudits.findings'),
            numeric: true,
            render: ({ findings }) => (findings === 0 ? text('selfAudits.passed') : findings),
          },
          {
            key: 'duration',
            label: text('selfAudits.duration'),
            numeric: true,
            from: 'sm',
            render: ({ durationMs }) => <Duration ms={Math.round(durationMs)} />,
          },
        ]}
      />
    </Panel>
  );
}

function HistoryPanel({ audits }: { readonly audits: readonly SelfAudit[] }) {
  const text = useText();
  const { set } = useUrlState();
  return (
    <Panel title={text('selfAudits.history')} flush>
      <DataTable
        label={text('selfAudits.history')}
        rows={audits}
        rowKey={({ id }) => id}
        empty={<Box sx={{ px: 4, pb: 4, color: 'text.secondary' }}>{text('selfAudits.neverHint')}</Box>}
        columns={[
          {
            key: 'when',
            label: text('selfAudits.when'),
            render: ({ id, requestedAt }) => (
              <Button sx={{ p: 0, minWidth: 0, minHeight: 0 }} onClick={() => set({ audit: id })}>
                <Ago instant={requestedAt} />
              </Button>
            ),
          },
          {
            key: 'result',
            label: text('selfAudits.result'),
            render: ({ state, findings }) =>
              findings.length === 0
                ? text(`selfAudits.state.${state}`)
                : text('selfAudits.red', { smart_count: findings.length }),
          },
          {
            key: 'extent',
            label: text('selfAudits.extentName'),
            from: 'sm',
            render: ({ extent }) => text(`selfAudits.extent.${extent}`),
          },
          {
            key: 'by',
            label: text('selfAudits.by'),
            from: 'lg',
            render: ({ requestedBy }) => <Asker id={requestedBy} />,
          },
        ]}
      />
    </Panel>
  );
}

const SHOWN_OF_ID = 6;

/** Who asked: by its end, which tells people apart, with the whole on hover. */
function Asker({ id }: { readonly id: string }) {
  const isId = id.includes('_');
  return <span title={id}>{isId ? <Mono>{`${id.split('_')[0]}_…${id.slice(-SHOWN_OF_ID)}`}</Mono> : id}</span>;
}

const GRID = {
  display: 'grid',
  gap: 4,
  alignItems: 'start',
  gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'repeat(2, minmax(0, 1fr))' },
} as const;

const HEADLINE = {
  display: 'flex',
  gap: 4,
  alignItems: 'center',
  p: 4,
  border: '1px solid',
  borderColor: 'divider',
  borderRadius: 1,
  bgcolor: 'background.paper',
} as const;
