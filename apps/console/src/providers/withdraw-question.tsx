import { Box } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import { compileAllowlist } from '@tollgate/domain';
import { useNotify } from 'react-admin';
import { callOperation } from '../api/call-operation.js';
import { useText, type Text } from '../i18n/use-text.js';
import { Question } from '../page/question.js';
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

function consequenceOf(text: Text, withdrawn: WatchedDeployment, all: readonly WatchedDeployment[]): string {
  const { id, model } = withdrawn;
  if (model.includes('*')) return text('providers.patternWithdrawn');
  const others = all.filter((other) => other.id !== id && other.enabled && compileAllowlist([other.model])(model));
  if (others.length === 0) return text('providers.nothingElse', { name: model });
  return text('providers.othersServe', { name: model, smart_count: others.length });
}
