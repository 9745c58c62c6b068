import { Alert, Box, Button, MenuItem, Stack, TextField } from '@mui/material';
import type { Project } from '@tollgate/wire';
import { useForm, type UseFormReturn } from 'react-hook-form';
import { Link } from 'react-router-dom';
import { useKeyNames } from '../api/use-key-names.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText, type TextKey } from '../i18n/use-text.js';
import { PageSkeleton } from '../page/page-skeleton.js';
import { Panel } from '../page/panel.js';
import { useScope } from '../url/scope.js';
import { useLinkTo } from '../url/use-url-state.js';
import { AllowlistField } from './allowlist-field.js';
import {
  AMOUNT,
  draftOf,
  emptyKeyFields,
  EXPIRIES,
  type KeyDraft,
  type KeyFields,
  UNSUPPORTED_CHOICES,
  WHOLE_NUMBER,
} from './key-draft.js';
import { UNSUPPORTED_TEXTS } from './unsupported-texts.js';

interface KeyFormProps {
  readonly onCreate: (draft: KeyDraft) => Promise<void>;
}

export function KeyForm({ onCreate }: KeyFormProps) {
  const { organization, projectId } = useScope();
  const { projects } = useKeyNames(organization.id);
  const project = projects.find(({ id }) => id === projectId) ?? projects[0];
  if (project === undefined) return <PageSkeleton />;
  return <LoadedKeyForm projects={projects} projectId={project.id} onCreate={onCreate} />;
}

interface LoadedKeyFormProps extends KeyFormProps {
  readonly projects: readonly Project[];
  readonly projectId: string;
}

function LoadedKeyForm({ projects, projectId, onCreate }: LoadedKeyFormProps) {
  const text = useText();
  const linkTo = useLinkTo();
  const form = useForm<KeyFields>({ defaultValues: emptyKeyFields(projectId) });
  const { error, submit } = useSubmit(form, (fields) => onCreate(draftOf(fields, Date.now())));
  return (
    <Stack component="form" noValidate onSubmit={submit} sx={{ gap: 4, maxWidth: 720 }}>
      {error !== null && <Alert severity="error">{error.message}</Alert>}
      <Panel title={text('keys.details')}>
        <Stack sx={{ gap: 4, pt: 1 }}>
          <Field form={form} name="name" label="keys.name" hint="keys.nameHint" required autoFocus />
          <Choice
            form={form}
            name="projectId"
            label="keys.project"
            choices={projects.map(({ id, name }) => [id, name])}
          />
        </Stack>
      </Panel>
      <ModelsPanel form={form} />
      <Panel title={text('keys.limits')} hint={text('keys.limitsHint')}>
        <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: { sm: '1fr 1fr' }, pt: 1 }}>
          <Field
            form={form}
            name="monthlyBudget"
            label="keys.budget"
            hint="keys.budgetHint"
            pattern={[AMOUNT, 'keys.notMoney']}
          />
          <Choice
            form={form}
            name="expiry"
            label="keys.expiry"
            choices={EXPIRIES.map((days) => [days, text(days === 'never' ? 'keys.expiryNever' : `keys.expiry${days}`)])}
          />
          <Field form={form} name="requestsPerMinute" label="keys.requestsPerMinute" pattern={COUNT} />
          <Field form={form} name="tokensPerMinute" label="keys.tokensPerMinute" pattern={COUNT} />
          <Field form={form} name="concurrency" label="keys.concurrency" pattern={COUNT} />
        </Box>
      </Panel>
      <Stack direction="row" sx={{ gap: 2 }}>
        <Button type="submit" variant="contained" loading={form.formState.isSubmitting}>
          {text('keys.create')}
        </Button>
        <Button component={Link} to={linkTo('/keys')}>
          {text('page.cancel')}
        </Button>
      </Stack>
    </Stack>
  );
}

function ModelsPanel({ form }: { readonly form: UseFormReturn<KeyFields> }) {
  const text = useText();
  return (
    <Panel title={text('keys.allowlist')}>
      <Stack sx={{ gap: 4 }}>
        <AllowlistField form={form} />
        <Choice
          form={form}
          name="unsupportedParameters"
          label="keys.unsupported"
          hint="keys.unsupportedHint"
          choices={UNSUPPORTED_CHOICES.map((choice) => [choice, text(UNSUPPORTED_TEXTS[choice])])}
        />
      </Stack>
    </Panel>
  );
}

const COUNT = [WHOLE_NUMBER, 'keys.notANumber'] as const;

interface FieldProps {
  readonly form: UseFormReturn<KeyFields>;
  readonly name: 'name' | 'monthlyBudget' | 'requestsPerMinute' | 'tokensPerMinute' | 'concurrency';
  readonly label: TextKey;
  readonly hint?: TextKey;
  readonly required?: boolean;
  readonly autoFocus?: boolean;
  readonly pattern?: readonly [RegExp, TextKey];
}

function Field({ form, name, label, hint, required = false, autoFocus = false, pattern }: FieldProps) {
  const text = useText();
  const error = form.formState.errors[name];
  return (
    <TextField
      label={text(label)}
      autoFocus={autoFocus}
      error={error !== undefined}
      helperText={error?.message ?? (hint === undefined ? undefined : text(hint))}
      slotProps={{ htmlInput: { inputMode: pattern === undefined ? 'text' : 'decimal' } }}
      {...form.register(name, {
        ...(required ? { required: text('setUp.required') } : {}),
        ...(pattern === undefined ? {} : { pattern: { value: pattern[0], message: text(pattern[1]) } }),
      })}
    />
  );
}

interface ChoiceProps {
  readonly form: UseFormReturn<KeyFields>;
  readonly name: 'projectId' | 'expiry' | 'unsupportedParameters';
  readonly label: TextKey;
  readonly hint?: TextKey;
  readonly choices: readonly (readonly [string, string])[];
}

function Choice({ form, name, label, hint, choices }: ChoiceProps) {
  const text = useText();
  return (
    <TextField
      select
      label={text(label)}
      helperText={hint === undefined ? undefined : text(hint)}
      defaultValue={form.getValues(name)}
      {...form.register(name)}
    >
      {choices.map(([value, words]) => (
        <MenuItem key={value} value={value}>
          {words}
        </MenuItem>
      ))}
    </TextField>
  );
}
