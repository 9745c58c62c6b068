import { TextField, Typography } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import type { ReviewItem } from '@tollgate/wire';
import type { ReactNode } from 'react';
import { useNotify } from 'react-admin';
import { useForm } from 'react-hook-form';
import { callOperation } from '../api/call-operation.js';
import { FormDialog } from '../forms/form-dialog.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';
import { Facts } from '../page/facts.js';

interface NoteFields {
  readonly resolution: string;
}

interface NoteDialogProps {
  readonly title: string;
  readonly action: string;
  readonly done: string;
  readonly children?: ReactNode;
  readonly send: (resolution: string) => Promise<void>;
  readonly onClose: () => void;
}

/** Asks for a note, which stands in the audit log with what was done. */
export function NoteDialog({ title, action, done, children, send, onClose }: NoteDialogProps) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const form = useForm<NoteFields>({ defaultValues: { resolution: '' } });
  const { error, submit } = useSubmit(form, async ({ resolution }) => {
    await send(resolution);
    await queryClient.invalidateQueries();
    notify(done, { type: 'success' });
    onClose();
  });
  const { errors, isSubmitting } = form.formState;
  return (
    <FormDialog
      title={title}
      action={action}
      error={error}
      isSubmitting={isSubmitting}
      submit={submit}
      onClose={onClose}
    >
      {children}
      <TextField
        label={text('reviews.resolveNote')}
        autoFocus
        multiline
        minRows={2}
        error={errors.resolution !== undefined}
        helperText={errors.resolution?.message ?? text('reviews.resolveHint')}
        {...form.register('resolution', { required: text('reviews.required') })}
      />
    </FormDialog>
  );
}

export function ResolveDialog({ item, onClose }: { readonly item: ReviewItem; readonly onClose: () => void }) {
  const text = useText();
  return (
    <NoteDialog
      title={text('reviews.resolveTitle', { kind: text(`reviews.kind.${item.kind}`) })}
      action={text('reviews.resolve')}
      done={text('reviews.resolveDone')}
      onClose={onClose}
      send={async (resolution) => {
        await callOperation('resolveReviewItem', { params: { reviewItemId: item.id }, body: { resolution } });
      }}
    >
      <Typography variant="body2">{text(`reviews.meaning.${item.kind}`)}</Typography>
      <Facts
        facts={[
          [text('reviews.subject'), item.subject],
          ...Object.entries(item.details).map(([name, value]) => [wordsOf(name), told(value)] as const),
        ]}
      />
    </NoteDialog>
  );
}

/** `overdraftLimit` → `Overdraft limit`. */
function wordsOf(name: string): string {
  const words = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const told = (value: unknown): string | null => {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value.replace(/^(-?\d+\.\d*?[1-9])0+$/, '$1').replace(/^(-?\d+)\.0+$/, '$1');
  return JSON.stringify(value);
};
