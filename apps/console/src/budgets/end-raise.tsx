import { useQueryClient } from '@tanstack/react-query';
import type { BudgetRaise } from '@tollgate/wire';
import { useNotify } from 'react-admin';
import { callOperation } from '../api/call-operation.js';
import { formatMoney } from '../figures/format-money.js';
import { useText } from '../i18n/use-text.js';
import { Question } from '../page/question.js';

interface EndRaiseProps {
  readonly raise: BudgetRaise;
  readonly onClose: () => void;
}

export function EndRaise({ raise: { id, budgetId, amount }, onClose }: EndRaiseProps) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const end = async (): Promise<void> => {
    await callOperation('endBudgetRaise', { params: { budgetId, budgetRaiseId: id } });
    await queryClient.invalidateQueries();
    notify(text('budgets.hasEnded'), { type: 'success' });
    onClose();
  };
  return (
    <Question
      title={text('budgets.endTitle', { amount: formatMoney(amount) })}
      action={text('budgets.end')}
      isDestructive
      onConfirm={end}
      onClose={onClose}
    >
      {text('budgets.endHint')}
    </Question>
  );
}
