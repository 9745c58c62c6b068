import { Alert, Button, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useId, type ReactNode } from 'react';
import { useText } from '../i18n/use-text.js';

interface QuestionProps {
  readonly title: string;
  readonly children: ReactNode;
  /** The verb on the button. */
  readonly action: string;
  readonly isDestructive?: boolean;
  readonly onConfirm: () => Promise<void>;
  readonly onClose: () => void;
}

/** Asks before something is done, and stays open when it fails. */
export function Question({ title, children, action, isDestructive = false, onConfirm, onClose }: QuestionProps) {
  const text = useText();
  const id = useId();
  const { mutate, error, isPending } = useMutation({ mutationFn: onConfirm });
  return (
    <Dialog open onClose={onClose} aria-labelledby={id} fullWidth maxWidth="xs">
      <DialogTitle id={id} sx={{ fontSize: '1rem', fontWeight: 600 }}>
        {title}
      </DialogTitle>
      <DialogContent sx={{ fontSize: '0.875rem' }}>
        {error !== null && (
          <Alert severity="error" sx={{ mb: 3 }}>
            {error.message}
          </Alert>
        )}
        {children}
      </DialogContent>
      <DialogActions sx={{ px: 6, pb: 5 }}>
        <Button onClick={onClose}>{text('page.cancel')}</Button>
        <Button
          variant="contained"
          color={isDestructive ? 'error' : 'primary'}
          loading={isPending}
          onClick={() => mutate()}
        >
          {action}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
