import {
  Alert,
  Box,
  Checkbox,
  FormControl,
  FormControlLabel,
  FormHelperText,
  FormLabel,
  MenuItem,
} from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import { ALL_PERMISSIONS, PERMISSIONS, type IssuedManagementToken, type Permission, type Scope } from '@tollgate/wire';
import { Controller, useForm, useWatch, type UseFormReturn } from 'react-hook-form';
import { callOperation } from '../api/call-operation.js';
import { FormDialog } from '../forms/form-dialog.js';
import { FormField } from '../forms/form-field.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';
import { useMe } from '../session/use-me.js';
import { useScope } from '../url/scope.js';

const DAY_MS = 86_400_000;
const EXPIRIES = ['never', '30', '90', '365'] as const;
const NAMES = Object.keys(PERMISSIONS) as Permission[];

interface TokenFields {
  readonly name: string;
  readonly reach: 'organization' | 'installation';
  readonly expiry: (typeof EXPIRIES)[number];
  readonly scopes: Scope[];
}

interface TokenDialogProps {
  readonly onIssued: (token: IssuedManagementToken) => void;
  readonly onClose: () => void;
}

export function TokenDialog({ onIssued, onClose }: TokenDialogProps) {
  const text = useText();
  const queryClient = useQueryClient();
  const { organization } = useScope();
  const { me } = useMe();
  const form = useForm<TokenFields>({ defaultValues: { name: '', reach: 'organization', expiry: '90', scopes: [] } });
  const { error, submit } = useSubmit(form, async ({ name, reach, expiry, scopes }) => {
    const issued = await callOperation('createManagementToken', {
      body: {
        name,
        scopes,
        organizationId: reach === 'installation' ? null : organization.id,
        expiresAt: expiry === 'never' ? null : new Date(Date.now() + Number(expiry) * DAY_MS).toISOString(),
      },
    });
    await queryClient.invalidateQueries({ queryKey: ['management-tokens'] });
    onIssued(issued);
  });
  return (
    <FormDialog
      title={text('tokens.createTitle')}
      action={text('tokens.create')}
      error={error}
      isSubmitting={form.formState.isSubmitting}
      submit={submit}
      onClose={onClose}
    >
      <FormField
        form={form}
        name="name"
        label={text('tokens.name')}
        hint={text('tokens.nameHint')}
        autoFocus
        rules={{ required: text('setUp.required') }}
      />
      {me?.operator === true && (
        <FormField form={form} name="reach" label={text('tokens.reach')} select>
          <MenuItem value="organization">{organization.name}</MenuItem>
          <MenuItem value="installation">{text('tokens.wholeInstallation')}</MenuItem>
        </FormField>
      )}
      <FormField form={form} name="expiry" label={text('keys.expiry')} select>
        {EXPIRIES.map((days) => (
          <MenuItem key={days} value={days}>
            {text(days === 'never' ? 'keys.expiryNever' : `keys.expiry${days}`)}
          </MenuItem>
        ))}
      </FormField>
      <ScopesField form={form} />
      <Warning form={form} />
    </FormDialog>
  );
}

/** Those that one has oneself: a token can do no more than who made it. */
function ScopesField({ form }: { readonly form: UseFormReturn<TokenFields> }) {
  const text = useText();
  const { me, role, may } = useMe();
  const hasAll = me?.operator === true || role === 'owner';
  return (
    <Controller
      control={form.control}
      name="scopes"
      rules={{ validate: (scopes) => scopes.length > 0 || text('tokens.noScope') }}
      render={({ field: { value, onChange }, fieldState: { error } }) => {
        const toggle = (scope: Scope) => () =>
          onChange(value.includes(scope) ? value.filter((other) => other !== scope) : [...value, scope]);
        return (
          <FormControl error={error !== undefined} component="fieldset">
            <FormLabel component="legend" sx={{ fontSize: '0.8125rem', mb: 1 }}>
              {text('tokens.scopes')}
            </FormLabel>
            <Box sx={SCOPES}>
              {hasAll && (
                <ScopeBox
                  name={text('tokens.everything')}
                  description={text('tokens.everythingHint')}
                  isChosen={value.includes(ALL_PERMISSIONS)}
                  onToggle={toggle(ALL_PERMISSIONS)}
                />
              )}
              {!value.includes(ALL_PERMISSIONS) &&
                NAMES.filter(may).map((name) => (
                  <ScopeBox
                    key={name}
                    name={name}
                    description={PERMISSIONS[name]}
                    isChosen={value.includes(name)}
                    onToggle={toggle(name)}
                  />
                ))}
            </Box>
            <FormHelperText>{error?.message ?? text('tokens.scopesHint')}</FormHelperText>
          </FormControl>
        );
      }}
    />
  );
}

interface ScopeBoxProps {
  readonly name: string;
  readonly description: string;
  readonly isChosen: boolean;
  readonly onToggle: () => void;
}

function ScopeBox({ name, description, isChosen, onToggle }: ScopeBoxProps) {
  return (
    <FormControlLabel
      control={<Checkbox size="small" sx={{ py: 0 }} checked={isChosen} onChange={onToggle} />}
      sx={{ alignItems: 'flex-start', mr: 0 }}
      label={
        <Box sx={{ fontSize: '0.8125rem' }}>
          {name}
          <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>{description}</Box>
        </Box>
      }
    />
  );
}

/** What goes further than whoever makes the token may think. */
function Warning({ form }: { readonly form: UseFormReturn<TokenFields> }) {
  const text = useText();
  const reach = useWatch({ control: form.control, name: 'reach' });
  const scopes = useWatch({ control: form.control, name: 'scopes' });
  if (reach === 'installation') return <Alert severity="warning">{text('tokens.installationWarning')}</Alert>;
  return scopes.includes(ALL_PERMISSIONS) ? <Alert severity="warning">{text('tokens.allWarning')}</Alert> : null;
}

const SCOPES = {
  display: 'grid',
  gap: 2,
  maxHeight: 260,
  overflowY: 'auto',
  p: 3,
  border: '1px solid',
  borderColor: 'divider',
  borderRadius: 1,
} as const;
