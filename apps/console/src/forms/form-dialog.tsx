import { Button, Dialog, DialogActions, DialogContent, DialogTitle, Stack } from '@mui/material';
import { type FormEvent, type ReactNode, useId } from 'react';
import { useText } from '../i18n/use-text.js';
import { FormFault } from './form-fault.js';

interface FormDialogProps {
  readonly title: string;
  /** What the button does, as a verb. */
  readonly action: string;
  /** What is wrong with the whole, beside what stands at the fields. */
  readonly error: Error | null;
  readonly isSubmitting: boolean;
  readonly maxWidth?: 'xs' | 'sm';
  readonly submit: (event: FormEvent) => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A form in a dialog: fields, cancel, and the one thing that it does. */
export function FormDialog(props: FormDialogProps) {
  const { title, action, error, isSubmitting, maxWidth = 'sm', submit, onClose, children } = props;
  const text = useText();
  const titleId = useId();
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth={maxWidth} aria-labelledby={titleId}>
      <form noValidate onSubmit={submit} autoComplete="off">
        <DialogTitle id={titleId} sx={{ fontSize: '1rem', fontWeight: 600 }}>
          {title}
        </DialogTitle>
        <DialogContent>
          <Stack sx={{ gap: 4, pt: 2 }}>
            <FormFault error={error} />
            {children}
          </Stack>
        </DialogContent>
        <DialogActions sx={{ px: 6, pb: 5 }}>
          <Button onClick={onClose}>{text('page.cancel')}</Button>
          <Button type="submit" variant="contained" loading={isSubmitting}>
            {action}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
