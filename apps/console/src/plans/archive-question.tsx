import { useQueryClient } from '@tanstack/react-query';
import type { Plan } from '@tollgate/wire';
import { useNotify } from 'react-admin';
import { callOperation } from '../api/call-operation.js';
import { useText } from '../i18n/use-text.js';
import { Question } from '../page/question.js';

interface ArchiveQuestionProps {
  readonly plan: Plan;
  readonly onClose: () => void;
}

/** Says what goes on for those who have the plan. One that is archived is given again in the same place. */
export function ArchiveQuestion({ plan: { id, name, version, archivedAt }, onClose }: ArchiveQuestionProps) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const archived = archivedAt === null;
  const confirm = async (): Promise<void> => {
    await callOperation('updatePlan', { params: { planId: id }, body: { archived } }, { ifMatch: version });
    await queryClient.invalidateQueries();
    notify(text(archived ? 'plans.archivedNotice' : 'plans.restoredNotice', { name }), { type: 'success' });
    onClose();
  };
  return (
    <Question
      title={archived ? text('plans.archiveTitle', { name }) : text('plans.restore')}
      action={text(archived ? 'plans.archive' : 'plans.restore')}
      isDestructive={archived}
      onConfirm={confirm}
      onClose={onClose}
    >
      {text(archived ? 'plans.archiveWords' : 'plans.restoredNotice', { name })}
    </Question>
  );
}
