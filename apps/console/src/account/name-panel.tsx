import { Button, Stack } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import { useNotify } from 'react-admin';
import { useForm } from 'react-hook-form';
import { callOperation } from '../api/call-operation.js';
import { FormFault } from '../forms/form-fault.js';
import { FormField } from '../forms/form-field.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';
import { Panel } from '../page/panel.js';

export function NamePanel({ name }: { readonly name: string }) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const form = useForm({ defaultValues: { name } });
  const { error, submit } = useSubmit(form, async (body) => {
    await callOperation('updateMe', { body });
    await queryClient.invalidateQueries();
    notify(text('account.nameSaved'), { type: 'success' });
  });
  return (
    <Panel title={text('account.name')} hint={text('account.nameHint')}>
      <Stack component="form" noValidate onSubmit={submit} sx={{ gap: 4, pt: 1 }}>
        <FormFault error={error} />
        <FormField
          form={form}
          name="name"
          label={text('account.name')}
          autoComplete="name"
          rules={{ required: text('setUp.required') }}
        />
        <Button type="submit" variant="outlined" loading={form.formState.isSubmitting} sx={{ alignSelf: 'start' }}>
          {text('page.save')}
        </Button>
      </Stack>
    </Panel>
  );
}
