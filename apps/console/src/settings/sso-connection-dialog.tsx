import { MenuItem } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import { ROLES, type Role, type SsoConnection } from '@tollgate/wire';
import { useNotify } from 'react-admin';
import { Controller, useForm, type UseFormReturn } from 'react-hook-form';
import { callOperation } from '../api/call-operation.js';
import { FormDialog } from '../forms/form-dialog.js';
import { FormField } from '../forms/form-field.js';
import { TextListInput } from '../forms/text-list-input.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';
import { useMe } from '../session/use-me.js';
import { useScope } from '../url/scope.js';

interface SsoFields {
  readonly name: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly domains: string[];
  readonly defaultRole: Role;
}

const EMPTY: SsoFields = {
  name: '',
  issuer: '',
  clientId: '',
  clientSecret: '',
  domains: [],
  defaultRole: 'viewer',
};

interface SsoConnectionDialogProps {
  /** The one that is changed; null makes a new one. */
  readonly connection: SsoConnection | null;
  readonly onClose: () => void;
}

export function SsoConnectionDialog({ connection, onClose }: SsoConnectionDialogProps) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const { organization } = useScope();
  const form = useForm<SsoFields>({ defaultValues: connection === null ? EMPTY : fieldsOf(connection) });
  const { error, submit } = useSubmit(form, async ({ clientSecret, ...fields }) => {
    if (connection === null) {
      const body = { ...fields, clientSecret, organizationId: organization.id };
      await callOperation('createSsoConnection', { body });
    } else {
      const body = { ...fields, ...(clientSecret === '' ? {} : { clientSecret }) };
      const params = { ssoConnectionId: connection.id };
      await callOperation('updateSsoConnection', { params, body }, { ifMatch: connection.version });
    }
    await queryClient.invalidateQueries({ queryKey: ['sso-connections'] });
    notify(text('sso.saved', { name: fields.name }), { type: 'success' });
    onClose();
  });
  return (
    <FormDialog
      title={connection === null ? text('sso.addTitle') : text('sso.editTitle', { name: connection.name })}
      action={text(connection === null ? 'sso.add' : 'page.save')}
      error={error}
      isSubmitting={form.formState.isSubmitting}
      submit={submit}
      onClose={onClose}
    >
      <Fields form={form} connection={connection} />
    </FormDialog>
  );
}

function Fields({
  form,
  connection,
}: Pick<SsoConnectionDialogProps, 'connection'> & { readonly form: UseFormReturn<SsoFields> }) {
  const text = useText();
  const { mayGive } = useMe();
  const required = text('setUp.required');
  return (
    <>
      <FormField form={form} name="name" label={text('sso.name')} autoFocus rules={{ required }} />
      <FormField
        form={form}
        name="issuer"
        label={text('sso.issuer')}
        hint={text('sso.issuerHint')}
        rules={{ required }}
      />
      <FormField form={form} name="clientId" label={text('sso.clientId')} rules={{ required }} />
      <FormField
        form={form}
        name="clientSecret"
        type="password"
        autoComplete="new-password"
        label={text('sso.clientSecret')}
        hint={text(connection === null ? 'sso.secretHint' : 'sso.secretKept')}
        {...(connection === null ? { rules: { required } } : {})}
      />
      <Controller
        control={form.control}
        name="domains"
        rules={{ validate: (domains) => domains.length > 0 || text('sso.noDomain') }}
        render={({ field, fieldState }) => (
          <TextListInput
            value={field.value}
            onChange={field.onChange}
            label={text('sso.domains')}
            hint={text('sso.domainsHint')}
            fault={fieldState.error?.message}
          />
        )}
      />
      <FormField form={form} name="defaultRole" label={text('sso.defaultRole')} hint={text('sso.roleHint')} select>
        {ROLES.filter((role) => mayGive(role) || role === connection?.defaultRole).map((role) => (
          <MenuItem key={role} value={role}>
            {text(`roles.${role}`)}
          </MenuItem>
        ))}
      </FormField>
    </>
  );
}

function fieldsOf({ name, issuer, clientId, domains, defaultRole }: SsoConnection): SsoFields {
  return { name, issuer, clientId, clientSecret: '', domains: domains.map(({ domain }) => domain), defaultRole };
}
