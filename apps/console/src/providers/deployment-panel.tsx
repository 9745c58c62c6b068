import { Box, Button } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import { MAX_PAGE_SIZE } from '@tollgate/wire';
import { useState } from 'react';
import { useNotify } from 'react-admin';
import { callOperation } from '../api/call-operation.js';
import { useList } from '../api/use-list.js';
import { useText } from '../i18n/use-text.js';
import { DataTable } from '../page/data-table.js';
import { Panel } from '../page/panel.js';
import { useMe } from '../session/use-me.js';
import { useLinkTo } from '../url/use-url-state.js';
import { AddDeploymentsDialog } from './add-deployments-dialog.js';
import { type DeploymentAction, deploymentColumns } from './deployment-columns.js';
import { DrainQuestion } from './drain-question.js';
import { useDeployments, type WatchedDeployment } from './use-deployments.js';
import { WithdrawQuestion } from './withdraw-question.js';

const SHOWN_FIRST = 15;

interface Withdrawal {
  readonly deployment: WatchedDeployment;
  readonly action: 'disable' | 'remove' | 'drain';
}

/** What makes models callable, and how it has been doing. */
export function DeploymentPanel() {
  const text = useText();
  const linkTo = useLinkTo();
  const putBack = usePutBack();
  const mayChange = useMe().may('deployments.write');
  const [isWhole, setWhole] = useState(false);
  const [isAdding, setAdding] = useState(false);
  const [withdrawal, setWithdrawal] = useState<Withdrawal | null>(null);
  const { rows: all, error, refetch } = useDeployments();
  const credentials = useList('provider-credentials', { sort: 'name', perPage: MAX_PAGE_SIZE }).rows ?? [];
  const rows = isWhole ? all : all?.slice(0, SHOWN_FIRST);
  const act = (deployment: WatchedDeployment, action: DeploymentAction): void => {
    if (action === 'enable' || action === 'resume') void putBack(deployment, action);
    else setWithdrawal({ deployment, action });
  };
  const add = mayChange && credentials.length > 0 && (
    <Button variant="outlined" onClick={() => setAdding(true)}>
      {text('providers.addDeployments')}
    </Button>
  );
  return (
    <Panel title={text('providers.deployments')} hint={text('providers.deploymentsHint')} actions={add} flush>
      <DataTable
        label={text('providers.deployments')}
        columns={deploymentColumns({ text, linkTo, onAct: mayChange ? act : null })}
        rows={rows}
        rowKey={({ id }) => id}
        error={error}
        onRetry={refetch}
        empty={<Box sx={{ px: 4, pb: 4, color: 'text.secondary' }}>{text('providers.emptyDeployments')}</Box>}
      />
      {!isWhole && all !== undefined && all.length > SHOWN_FIRST && (
        <Box sx={{ p: 3, borderTop: '1px solid', borderColor: 'divider' }}>
          <Button onClick={() => setWhole(true)}>{text('providers.showAll', { count: all.length })}</Button>
        </Box>
      )}
      {isAdding && <AddDeploymentsDialog credentials={credentials} onClose={() => setAdding(false)} />}
      {withdrawal !== null && (
        <WithdrawalQuestion withdrawal={withdrawal} all={all ?? []} onClose={() => setWithdrawal(null)} />
      )}
    </Panel>
  );
}

interface WithdrawalQuestionProps {
  readonly withdrawal: Withdrawal;
  readonly all: readonly WatchedDeployment[];
  readonly onClose: () => void;
}

function WithdrawalQuestion({ withdrawal: { deployment, action }, ...rest }: WithdrawalQuestionProps) {
  if (action === 'drain') return <DrainQuestion deployment={deployment} {...rest} />;
  return <WithdrawQuestion deployment={deployment} action={action} {...rest} />;
}

/** Needs no question: nothing stops working by it. */
function usePutBack(): (deployment: WatchedDeployment, action: 'enable' | 'resume') => Promise<void> {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  return async ({ id, model, version }, action) => {
    try {
      const params = { deploymentId: id };
      const body = action === 'enable' ? { enabled: true } : { drained: false };
      await callOperation('updateDeployment', { params, body }, { ifMatch: version });
      const said = action === 'enable' ? 'providers.deploymentEnabled' : 'providers.resumed';
      notify(text(said, { name: model }), { type: 'success' });
    } catch (error) {
      notify(error instanceof Error ? error.message : String(error), { type: 'error' });
    }
    await queryClient.invalidateQueries();
  };
}
