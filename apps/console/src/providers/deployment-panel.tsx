import CheckCircleOutlined from '@mui/icons-material/CheckCircleOutlined';
import ErrorOutlined from '@mui/icons-material/ErrorOutlined';
import PauseCircleOutlined from '@mui/icons-material/PauseCircleOutlined';
import RadioButtonUnchecked from '@mui/icons-material/RadioButtonUnchecked';
import WarningAmber from '@mui/icons-material/WarningAmber';
import { Box, Button } from '@mui/material';
import { MAX_PAGE_SIZE, type DeploymentHealth } from '@tollgate/wire';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import { useOperation } from '../api/use-operation.js';
import { formatShare } from '../figures/format-quantities.js';
import { Ago, Count, Duration, NOTHING } from '../figures/figures.js';
import { useText, type Text } from '../i18n/use-text.js';
import { DataTable, type Column } from '../page/data-table.js';
import { Panel } from '../page/panel.js';
import { useLinkTo, type LinkTo } from '../url/use-url-state.js';

type HealthState = DeploymentHealth['state'];

const SHOWN_FIRST = 15;
const WORST_FIRST: readonly HealthState[] = ['failing', 'degraded', 'healthy', 'unused', 'disabled'];

export function DeploymentPanel() {
  const text = useText();
  const linkTo = useLinkTo();
  const [isWhole, setWhole] = useState(false);
  const { data, error, refetch } = useOperation('listDeploymentHealth', { query: { limit: String(MAX_PAGE_SIZE) } });
  const all = data?.data.toSorted(
    (a, b) => WORST_FIRST.indexOf(a.state) - WORST_FIRST.indexOf(b.state) || b.requests - a.requests,
  );
  const rows = isWhole ? all : all?.slice(0, SHOWN_FIRST);
  return (
    <Panel title={text('providers.deployments')} hint={text('providers.deploymentsHint')} flush>
      <DataTable
        label={text('providers.deployments')}
        columns={columnsOf(text, linkTo)}
        rows={rows}
        rowKey={({ deploymentId }) => deploymentId}
        error={error}
        onRetry={() => void refetch()}
        empty={<Box sx={{ px: 4, pb: 4, color: 'text.secondary' }}>{text('providers.emptyDeployments')}</Box>}
      />
      {!isWhole && all !== undefined && all.length > SHOWN_FIRST && (
        <Box sx={{ p: 3, borderTop: '1px solid', borderColor: 'divider' }}>
          <Button onClick={() => setWhole(true)}>{text('providers.showAll', { count: all.length })}</Button>
        </Box>
      )}
    </Panel>
  );
}

function columnsOf(text: Text, linkTo: LinkTo): readonly Column<DeploymentHealth>[] {
  return [
    {
      key: 'model',
      label: text('providers.model'),
      render: ({ model, provider }) => (
        <>
          <Box sx={{ fontWeight: 500, overflowWrap: 'anywhere' }}>{model}</Box>
          <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>{provider}</Box>
        </>
      ),
    },
    { key: 'state', label: text('providers.state'), render: ({ state }) => <HealthMark state={state} /> },
    {
      key: 'requests',
      label: text('providers.requests'),
      numeric: true,
      render: ({ requests }) => <Count value={requests} />,
    },
    {
      key: 'success',
      label: text('providers.success'),
      numeric: true,
      from: 'sm',
      render: ({ successShare }) => (successShare === null ? NOTHING : formatShare(successShare)),
    },
    {
      key: 'latency',
      label: text('providers.latency'),
      numeric: true,
      from: 'sm',
      render: ({ latencyP95 }) => <Duration ms={latencyP95} />,
    },
    {
      key: 'failure',
      label: text('providers.lastFailure'),
      from: 'md',
      render: ({ lastFailure }) =>
        lastFailure === null ? (
          NOTHING
        ) : (
          <Box component={Link} to={linkTo(`/requests/${lastFailure.requestId}/show`)} sx={{ color: 'inherit' }}>
            {lastFailure.code} · <Ago instant={lastFailure.occurredAt} />
          </Box>
        ),
    },
  ];
}

const LOOKS = {
  healthy: { icon: CheckCircleOutlined, color: 'success.main' },
  degraded: { icon: WarningAmber, color: 'warning.main' },
  failing: { icon: ErrorOutlined, color: 'error.main' },
  unused: { icon: RadioButtonUnchecked, color: 'text.secondary' },
  disabled: { icon: PauseCircleOutlined, color: 'text.secondary' },
} as const;

function HealthMark({ state }: { readonly state: HealthState }) {
  const text = useText();
  const { icon: Icon, color } = LOOKS[state];
  return (
    <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: 1.5, verticalAlign: 'middle' }}>
      <Icon sx={{ fontSize: 16, color }} />
      {text(`providers.states.${state}`)}
    </Box>
  );
}
