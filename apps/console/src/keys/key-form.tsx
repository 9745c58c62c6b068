import { Box, Button, MenuItem, Stack } from '@mui/material';
import { MAX_PAGE_SIZE, type Project } from '@tollgate/wire';
import { Controller, useForm, type UseFormReturn } from 'react-hook-form';
import { Link } from 'react-router-dom';
import { useList } from '../api/use-list.js';
import { formatAgo } from '../figures/format-times.js';
import { FormFault } from '../forms/form-fault.js';
import { FormField } from '../forms/form-field.js';
import { TextListInput } from '../forms/text-list-input.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';
import { LadderInputs } from '../limits/ladder-inputs.js';
import { LimitInputs } from '../limits/limit-inputs.js';
import { Panel } from '../page/panel.js';
import { constraintsOf } from '../routing/constraint-draft.js';
import { ConstraintInputs } from '../routing/constraint-inputs.js';
import { Folded } from '../routing/folded.js';
import { useMe } from '../session/use-me.js';
import { useScope } from '../url/scope.js';
import { AllowlistField } from './allowlist-field.js';
import { EXPIRIES, type KeyFields, UNSUPPORTED_CHOICES } from './key-draft.js';
import { UNSUPPORTED_TEXTS } from './unsupported-texts.js';

interface KeyFormProps {
  readonly initial: KeyFields;
  /** Where a new key can go; null: the key is there already, and stays where it is. */
  readonly projects: readonly Project[] | null;
  /** When the key ends as it is now. */
  readonly expiresAt?: string | null;
  /** The verb on the button. */
  readonly action: string;
  /** Where cancelling leads. */
  readonly back: string;
  readonly onSubmit: (fields: KeyFields) => Promise<void>;
}

export function KeyForm({ initial, projects, expiresAt = null, action, back, onSubmit }: KeyFormProps) {
  const text = useText();
  const form = useForm<KeyFields>({ defaultValues: initial });
  const { error, submit } = useSubmit(form, onSubmit);
  return (
    <Stack component="form" noValidate onSubmit={submit} sx={{ gap: 4, maxWidth: 720 }}>
      <FormFault error={error} />
      <DetailsPanel form={form} projects={projects} />
      <ModelsPanel form={form} />
      <Panel title={text('keys.limits')} hint={text('keys.limitsHint')}>
        <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: { sm: '1fr 1fr' }, pt: 1 }}>
          <LimitInputs form={form} />
          <FormField form={form} name="expiry" label={text('keys.expiry')} select>
            {expiresAt !== null && (
              <MenuItem value="kept">{text('keys.expiryKept', { when: formatAgo(expiresAt, Date.now()) })}</MenuItem>
            )}
            {EXPIRIES.map((days) => (
              <MenuItem key={days} value={days}>
                {text(days === 'never' ? 'keys.expiryNever' : `keys.expiry${days}`)}
              </MenuItem>
            ))}
          </FormField>
          <LadderInputs form={form} />
        </Box>
      </Panel>
      <Folded
        title={text('routing.more')}
        hint={text('routing.moreHint')}
        isOpen={Object.keys(constraintsOf(initial.constraints)).length > 0}
      >
        <ConstraintInputs form={form} />
      </Folded>
      <Panel title={text('keys.network')}>
        <Box sx={{ pt: 1 }}>
          <ListField form={form} name="ipRanges" />
        </Box>
      </Panel>
      <Stack direction="row" sx={{ gap: 2 }}>
        <Button type="submit" variant="contained" loading={form.formState.isSubmitting}>
          {action}
        </Button>
        <Button component={Link} to={back}>
          {text('page.cancel')}
        </Button>
      </Stack>
    </Stack>
  );
}

function DetailsPanel({
  form,
  projects,
}: Pick<KeyFormProps, 'projects'> & { readonly form: UseFormReturn<KeyFields> }) {
  const text = useText();
  return (
    <Panel title={text('keys.details')}>
      <Stack sx={{ gap: 4, pt: 1 }}>
        <FormField
          form={form}
          name="name"
          label={text('keys.name')}
          hint={text('keys.nameHint')}
          autoFocus
          rules={{ required: text('setUp.required') }}
        />
        {projects !== null && (
          <FormField form={form} name="projectId" label={text('keys.project')} select>
            {projects.map(({ id, name }) => (
              <MenuItem key={id} value={id}>
                {name}
              </MenuItem>
            ))}
          </FormField>
        )}
        <OwnerField form={form} />
        <ListField form={form} name="tags" />
      </Stack>
    </Panel>
  );
}

/**
 * Whose usage it is. Who may only have keys of their own is not asked. The field stands there before the members are
 * known: what came later would push the rest of the form down, away from under the pointer.
 */
function OwnerField({ form }: { readonly form: UseFormReturn<KeyFields> }) {
  const text = useText();
  const { organization } = useScope();
  const { may } = useMe();
  const mayChoose = may('api-keys.write') && may('members.read');
  const { rows } = useList('members', {
    filter: { organizationId: organization.id },
    sort: 'createdAt',
    perPage: MAX_PAGE_SIZE,
    enabled: mayChoose,
  });
  if (!mayChoose) return null;
  const isKnown = rows !== undefined;
  const chosen = form.getValues('ownerId');
  const isOther = chosen !== '' && rows?.some(({ user }) => user.id === chosen) !== true;
  return (
    <FormField
      form={form}
      name="ownerId"
      label={text('keys.owner')}
      hint={text('keys.ownerHint')}
      select
      disabled={!isKnown}
    >
      <MenuItem value="">{text('keys.noOwner')}</MenuItem>
      {isOther && <MenuItem value={chosen}>{isKnown ? text('keys.formerOwner') : '…'}</MenuItem>}
      {rows?.map(({ user }) => (
        <MenuItem key={user.id} value={user.id}>
          {user.name}
        </MenuItem>
      ))}
    </FormField>
  );
}

function ListField({ form, name }: { readonly form: UseFormReturn<KeyFields>; readonly name: 'tags' | 'ipRanges' }) {
  const text = useText();
  return (
    <Controller
      control={form.control}
      name={name}
      render={({ field, fieldState }) => (
        <TextListInput
          value={field.value}
          onChange={field.onChange}
          label={text(`keys.${name}`)}
          hint={text(`keys.${name}Hint`)}
          fault={fieldState.error?.message}
        />
      )}
    />
  );
}

function ModelsPanel({ form }: { readonly form: UseFormReturn<KeyFields> }) {
  const text = useText();
  return (
    <Panel title={text('keys.allowlist')}>
      <Stack sx={{ gap: 4 }}>
        <AllowlistField form={form} />
        <FormField
          form={form}
          name="unsupportedParameters"
          label={text('keys.unsupported')}
          hint={text('keys.unsupportedHint')}
          select
        >
          {UNSUPPORTED_CHOICES.map((choice) => (
            <MenuItem key={choice} value={choice}>
              {text(UNSUPPORTED_TEXTS[choice])}
            </MenuItem>
          ))}
        </FormField>
      </Stack>
    </Panel>
  );
}
