import { Box } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import { useNotify } from 'react-admin';
import { callOperation } from '../api/call-operation.js';
import { useText } from '../i18n/use-text.js';
import { Question } from '../page/question.js';
import { consequenceOf } from './consequence-of.js';
import { liveStateOf } from './live-state.js';
import type { WatchedDeployment } from './use-deployments.js';

interface DrainQuestionProps {
  readonly deployment: WatchedDeployment;
  /** Every deployment, to tell what goes on serving the model. */
  readonly all: readonly WatchedDeployment[];
  readonly onClose: () => void;
}

/** Says what runs on, and who takes over what is new. */
export function DrainQuestion({ deployment, all, onClose }: DrainQuestionProps) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const { id, model, version, drained, health } = deployment;
  const name = model === '*' ? text('providers.everyModel') : model;
  const { inFlight } = liveStateOf({ drained, live: health.live }, Date.now());
  const drain = async (): Promise<void> => {
    const request = { params: { deploymentId: id }, body: { drained: true } };
    await callOperation('updateDeployment', request, { ifMatch: version });
    await queryClient.invalidateQueries();
    notify(text('providers.drained', { name }), { type: 'success' });
    onClose();
  };
  return (
    <Question
      title={text('providers.drainTitle', { name })}
      action={text('providers.drain')}
      onConfirm={drain}
      onClose={onClose}
    >
      <Box component="p" sx={{ mt: 0, fontWeight: 500 }}>
        {inFlight === 0 ? text('providers.drainIdle') : text('providers.drainHint', { smart_count: inFlight })}
      </Box>
      <Box component="p" sx={{ m: 0, color: 'text.secondary' }}>
        {consequenceOf(text, deployment, all)}
      </Box>
    </Question>
  );
}
