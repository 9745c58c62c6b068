import { useQueryClient } from '@tanstack/react-query';
import type { Role, SentInvitation } from '@tollgate/wire';
import { Controller, useForm } from 'react-hook-form';
import { callOperation } from '../api/call-operation.js';
import { FormDialog } from '../forms/form-dialog.js';
import { FormField } from '../forms/form-field.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';
import { useScope } from '../url/scope.js';
import { RoleChoice } from './role-choice.js';

interface InvitationFields {
  readonly email: string;
  readonly role: Role;
}

interface InviteDialogProps {
  readonly onSent: (invitation: SentInvitation) => void;
  readonly onClose: () => void;
}

export function InviteDialog({ onSent, onClose }: InviteDialogProps) {
  const text = useText();
  const queryClient = useQueryClient();
  const { organization } = useScope();
  const form = useForm<InvitationFields>({ defaultValues: { email: '', role: 'viewer' } });
  const { error, submit } = useSubmit(form, async (body) => {
    const sent = await callOperation('createInvitation', { params: { organizationId: organization.id }, body });
    await queryClient.invalidateQueries({ queryKey: ['invitations'] });
    onSent(sent);
  });
  return (
    <FormDialog
      title={text('members.inviteTitle', { organization: organization.name })}
      action={text('members.send')}
      error={error}
      isSubmitting={form.formState.isSubmitting}
      submit={submit}
      onClose={onClose}
    >
      <FormField
        form={form}
        name="email"
        type="email"
        label={text('members.email')}
        hint={text('members.emailHint')}
        autoFocus
        rules={{ required: text('setUp.required') }}
      />
      <Controller
        control={form.control}
        name="role"
        render={({ field }) => <RoleChoice value={field.value} onChange={field.onChange} />}
      />
    </FormDialog>
  );
}
