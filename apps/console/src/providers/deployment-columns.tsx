import { Box } from '@mui/material';
import { Link } from 'react-router-dom';
import { formatShare } from '../figures/format-quantities.js';
import { Ago, Count, Duration, NOTHING } from '../figures/figures.js';
import { useText, type Text } from '../i18n/use-text.js';
import type { Column } from '../page/data-table.js';
import { RowMenu } from '../page/row-menu.js';
import type { LinkTo } from '../url/use-url-state.js';
import { HealthMark } from './health-mark.js';
import { LiveMark } from './live-mark.js';
import type { WatchedDeployment } from './use-deployments.js';

/** What can be done with a deployment. */
export type DeploymentAction = 'enable' | 'disable' | 'drain' | 'resume' | 'remove';

interface ColumnParts {
  readonly text: Text;
  readonly linkTo: LinkTo;
  /** Null: nothing may be changed. */
  readonly onAct: ((deployment: WatchedDeployment, action: DeploymentAction) => void) | null;
}

export function deploymentColumns({ text, linkTo, onAct }: ColumnParts): readonly Column<WatchedDeployment>[] {
  const actions: Column<WatchedDeployment> = {
    key: 'actions',
    label: '',
    numeric: true,
    render: (deployment) => onAct !== null && <DeploymentMenu deployment={deployment} onAct={onAct} />,
  };
  return [
    {
      key: 'model',
      label: text('providers.model'),
      render: (deployment) => <ModelCell deployment={deployment} />,
    },
    {
      key: 'state',
      label: text('providers.state'),
      render: (deployment) => (
        <>
          <HealthMark state={deployment.enabled ? deployment.health.state : 'disabled'} />
          {deployment.enabled && <LiveMark deployment={deployment} />}
        </>
      ),
    },
    {
      key: 'requests',
      label: text('providers.requests'),
      numeric: true,
      render: ({ health }) => <Count value={health.requests} />,
    },
    {
      key: 'success',
      label: text('providers.success'),
      numeric: true,
      from: 'sm',
      render: ({ health }) => (health.successShare === null ? NOTHING : formatShare(health.successShare)),
    },
    {
      key: 'latency',
      label: text('providers.latency'),
      numeric: true,
      from: 'sm',
      render: ({ health }) => <Duration ms={health.latencyP95} />,
    },
    {
      key: 'failure',
      label: text('providers.lastFailure'),
      from: 'md',
      render: ({ health: { lastFailure } }) =>
        lastFailure === null ? (
          NOTHING
        ) : (
          <Box component={Link} to={linkTo(`/requests/${lastFailure.requestId}/show`)} sx={{ color: 'inherit' }}>
            {lastFailure.code} · <Ago instant={lastFailure.occurredAt} />
          </Box>
        ),
    },
    ...(onAct === null ? [] : [actions]),
  ];
}

const FROM_ENVIRONMENT = 'environment';
const FROM_FILE = 'file';

/** The name that clients use; whose model it is, and what they call it, where that differs. */
function ModelCell({ deployment: { model, upstreamModel, provider, source } }: Pick<MenuProps, 'deployment'>) {
  const text = useText();
  const behind = [
    provider,
    ...(upstreamModel === model ? [] : [upstreamModel]),
    ...(source === FROM_ENVIRONMENT ? [text('providers.fromEnvironment')] : []),
    ...(source === FROM_FILE ? [text('providers.fromFile')] : []),
  ];
  return (
    <>
      <Box sx={{ fontWeight: 500, overflowWrap: 'anywhere' }}>
        {model === '*' ? text('providers.everyModel') : model}
      </Box>
      <Box sx={{ fontSize: '0.75rem', color: 'text.secondary', overflowWrap: 'anywhere' }}>{behind.join(' · ')}</Box>
    </>
  );
}

interface MenuProps {
  readonly deployment: WatchedDeployment;
  readonly onAct: (deployment: WatchedDeployment, action: DeploymentAction) => void;
}

/** Those that follow the environment can be drained, and nothing else; those of the file are changed there. */
function DeploymentMenu({ deployment, onAct }: MenuProps) {
  const text = useText();
  if (deployment.source === FROM_FILE) return null;
  const toggle = deployment.enabled ? 'disable' : 'enable';
  const flow = deployment.drained ? 'resume' : 'drain';
  const own = deployment.source !== FROM_ENVIRONMENT;
  return (
    <RowMenu
      label={text('providers.actionsOf', { name: deployment.model })}
      actions={[
        { label: text(`providers.${flow}`), onChoose: () => onAct(deployment, flow) },
        ...(own
          ? [
              { label: text(`providers.${toggle}`), onChoose: () => onAct(deployment, toggle) },
              { label: text('providers.remove'), isDestructive: true, onChoose: () => onAct(deployment, 'remove') },
            ]
          : []),
      ]}
    />
  );
}
