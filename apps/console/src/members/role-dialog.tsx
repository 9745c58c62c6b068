import { useQueryClient } from '@tanstack/react-query';
import type { Member, Role } from '@tollgate/wire';
import { useNotify } from 'react-admin';
import { Controller, useForm } from 'react-hook-form';
import { callOperation } from '../api/call-operation.js';
import { FormDialog } from '../forms/form-dialog.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';
import { RoleChoice } from './role-choice.js';

interface RoleDialogProps {
  readonly member: Member;
  readonly onClose: () => void;
}

export function RoleDialog({ member: { id, role: before, user, version }, onClose }: RoleDialogProps) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const form = useForm<{ readonly role: Role }>({ defaultValues: { role: before } });
  const { error, submit } = useSubmit(form, async ({ role }) => {
    await callOperation('updateMember', { params: { memberId: id }, body: { role } }, { ifMatch: version });
    await queryClient.invalidateQueries();
    notify(text('members.roleChanged', { name: user.name, role: text(`roles.${role}`) }), { type: 'success' });
    onClose();
  });
  return (
    <FormDialog
      title={text('members.roleTitle', { name: user.name })}
      action={text('members.changeRole')}
      error={error}
      isSubmitting={form.formState.isSubmitting}
      submit={submit}
      onClose={onClose}
    >
      <Controller
        control={form.control}
        name="role"
        render={({ field }) => <RoleChoice value={field.value} onChange={field.onChange} />}
      />
    </FormDialog>
  );
}
