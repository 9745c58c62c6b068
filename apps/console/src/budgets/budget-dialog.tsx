import { Button, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import { useId } from 'react';
import { useText } from '../i18n/use-text.js';
import type { Budget } from './budget.js';
import { BudgetPanel } from './budget-panel.js';

interface BudgetDialogProps {
  readonly budget: Budget;
  readonly onClose: () => void;
}

/** The budget of what has no page of its own. */
export function BudgetDialog({ budget, onClose }: BudgetDialogProps) {
  const text = useText();
  const titleId = useId();
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby={titleId}>
      <DialogTitle id={titleId} sx={{ fontSize: '1rem', fontWeight: 600 }}>
        {text('budgets.budgetOf', { name: budget.name })}
      </DialogTitle>
      <DialogContent>
        <BudgetPanel budget={budget} />
      </DialogContent>
      <DialogActions sx={{ px: 6, pb: 5 }}>
        <Button onClick={onClose}>{text('page.close')}</Button>
      </DialogActions>
    </Dialog>
  );
}
