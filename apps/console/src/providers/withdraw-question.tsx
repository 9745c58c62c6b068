import { Box } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import { useNotify } from 'react-admin';
import { callOperation } from '../api/call-operation.js';
import { useText } from '../i18n/use-text.js';
import { Question } from '../page/question.js';
import { consequenceOf } from './consequence-of.js';
import type { WatchedDeployment } from './use-deployments.js';

interface WithdrawQuestionProps {
  readonly action: 'disable' | 'remove';
  readonly deployment: WatchedDeployment;
  /** Every deployment, to tell what goes on serving the model. */
  readonly all: readonly WatchedDeployment[];
  readonly onClose: () => void;
}

/** Names what no longer works without the deployment. */
export function WithdrawQuestion({ action, deployment, all, onClose }: WithdrawQuestionProps) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const { id, model, version, health } = deployment;
  const name = model === '*' ? text('providers.everyModel') : model;
  const withdraw = async (): Promise<void> => {
    const params = { deploymentId: id };
    if (action === 'remove') await callOperation('deleteDeployment', { params });
    else await callOperation('updateDeployment', { params, body: { enabled: false } }, { ifMatch: version });
    await queryClient.invalidateQueries();
    notify(text(action === 'remove' ? 'providers.deploymentRemoved' : 'providers.deploymentDisabled', { name }), {
      type: 'success',
    });
    onClose();
  };
  return (
    <Question
      title={text(action === 'remove' ? 'providers.removeDeploymentTitle' : 'providers.disableTitle', { name })}
      action={text(`providers.${action}`)}
      isDestructive
      onConfirm={withdraw}
      onClose={onClose}
    >
      <Box component="p" sx={{ mt: 0, fontWeight: 500 }}>
        {text('providers.wentThrough', { smart_count: health.requests })}
      </Box>
      <Box component="p" sx={{ m: 0, color: 'text.secondary' }}>
        {consequenceOf(text, deployment, all)}
      </Box>
    </Question>
  );
}
