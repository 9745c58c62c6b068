import { FormControlLabel, Radio, RadioGroup, Typography } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import type { PriceBookDraft } from '@tollgate/wire';
import { useNotify } from 'react-admin';
import { Controller, useForm } from 'react-hook-form';
import { callOperation } from '../api/call-operation.js';
import { FormDialog } from '../forms/form-dialog.js';
import { FormField } from '../forms/form-field.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';

interface PublicationFields {
  readonly when: 'now' | 'instant';
  readonly instant: string;
}

/** Now, at an instant to come, or as of one that has gone. */
export function PublishDialog({ draft, onClose }: { readonly draft: PriceBookDraft; readonly onClose: () => void }) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const form = useForm<PublicationFields>({ defaultValues: { when: 'now', instant: '' } });
  const { error, submit } = useSubmit(form, async ({ when, instant }) => {
    const body = when === 'now' ? {} : { effectiveAt: new Date(instant).toISOString() };
    const params = { priceDraftId: draft.id };
    const after = await callOperation('publishPriceDraft', { params, body }, { ifMatch: draft.version });
    await queryClient.invalidateQueries();
    notify(text(after.state === 'scheduled' ? 'prices.scheduled' : 'prices.publishedNow'), { type: 'success' });
    onClose();
  });
  const when = form.watch('when');
  return (
    <FormDialog
      title={text('prices.publishTitle', { name: draft.name })}
      action={text('prices.publish')}
      error={error}
      isSubmitting={form.formState.isSubmitting}
      submit={submit}
      onClose={onClose}
    >
      <Typography variant="body2">{text('prices.publishLead')}</Typography>
      <Controller
        control={form.control}
        name="when"
        render={({ field }) => (
          <RadioGroup {...field} aria-label={text('prices.when')}>
            <FormControlLabel value="now" control={<Radio size="small" />} label={text('prices.atOnce')} />
            <FormControlLabel value="instant" control={<Radio size="small" />} label={text('prices.atInstant')} />
          </RadioGroup>
        )}
      />
      {when === 'instant' && (
        <FormField
          form={form}
          name="instant"
          type="datetime-local"
          label={text('prices.instant')}
          hint={text('prices.past')}
          slotProps={{ inputLabel: { shrink: true } }}
          rules={{ required: text('prices.required') }}
        />
      )}
    </FormDialog>
  );
}
