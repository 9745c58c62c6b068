import { Box, Button, Checkbox, FormControlLabel, MenuItem, Stack } from '@mui/material';
import { FALLBACK_CAUSES, STRATEGIES } from '@tollgate/domain';
import { Controller, useForm, type UseFormReturn } from 'react-hook-form';
import { Link } from 'react-router-dom';
import { FormFault } from '../forms/form-fault.js';
import { FormField } from '../forms/form-field.js';
import { TextListInput } from '../forms/text-list-input.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';
import { Panel } from '../page/panel.js';
import { constraintsOf } from '../routing/constraint-draft.js';
import { ConstraintInputs } from '../routing/constraint-inputs.js';
import { Folded } from '../routing/folded.js';
import { useCallableNames } from '../routing/use-callable-names.js';
import { useMe } from '../session/use-me.js';
import { useScope } from '../url/scope.js';
import type { RouteFields } from './route-draft.js';
import { TargetInputs } from './target-inputs.js';
import { TrafficInputs } from './traffic-inputs.js';

interface RouteFormProps {
  readonly initial: RouteFields;
  readonly isNew: boolean;
  /** The verb on the button. */
  readonly action: string;
  /** Where cancelling leads. */
  readonly back: string;
  readonly onSubmit: (fields: RouteFields) => Promise<void>;
}

export function RouteForm({ initial, isNew, action, back, onSubmit }: RouteFormProps) {
  const text = useText();
  const names = useCallableNames();
  const form = useForm<RouteFields>({ defaultValues: initial });
  const { error, submit } = useSubmit(form, onSubmit);
  return (
    <Stack component="form" noValidate onSubmit={submit} sx={{ gap: 4, maxWidth: 860 }}>
      <FormFault error={error} />
      <NamePanel form={form} isNew={isNew} />
      <TargetInputs form={form} names={names} />
      <FallbackPanel form={form} />
      <Folded
        title={text('routing.constraints')}
        hint={text('routing.constraintsHint')}
        isOpen={Object.keys(constraintsOf(initial.constraints)).length > 0}
      >
        <ConstraintInputs form={form} />
      </Folded>
      <TrafficInputs form={form} names={names} />
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

interface PartProps {
  readonly form: UseFormReturn<RouteFields>;
}

function NamePanel({ form, isNew }: PartProps & Pick<RouteFormProps, 'isNew'>) {
  const text = useText();
  const { organization } = useScope();
  const { me } = useMe();
  return (
    <Panel title={text('routing.title')}>
      <Stack sx={{ gap: 4, pt: 1 }}>
        <FormField
          form={form}
          name="name"
          label={text('routes.name')}
          hint={text('routes.nameHint')}
          autoFocus
          rules={{ required: text('setUp.required') }}
        />
        {isNew && me?.operator === true && (
          <FormField form={form} name="reach" label={text('routes.owner')} select>
            <MenuItem value="organization">{organization.name}</MenuItem>
            <MenuItem value="everybody">{text('routes.everybody')}</MenuItem>
          </FormField>
        )}
        <FormField
          form={form}
          name="strategy"
          label={text('routes.strategy')}
          select
          slotProps={{
            select: {
              renderValue: (value) =>
                STRATEGIES.filter((each) => each === value).map((each) => text(`routing.strategy.${each}`)),
            },
          }}
        >
          {STRATEGIES.map((strategy) => (
            <MenuItem key={strategy} value={strategy} sx={{ display: 'block', whiteSpace: 'normal' }}>
              {text(`routing.strategy.${strategy}`)}
              <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>
                {text(`routing.strategyHint.${strategy}`)}
              </Box>
            </MenuItem>
          ))}
        </FormField>
        <Controller
          control={form.control}
          name="enabled"
          render={({ field }) => (
            <FormControlLabel
              control={<Checkbox size="small" checked={field.value} onChange={field.onChange} />}
              label={text('routes.enabledHint')}
            />
          )}
        />
      </Stack>
    </Panel>
  );
}

function FallbackPanel({ form }: PartProps) {
  const text = useText();
  const fault = form.formState.errors.fallbacks?.message;
  return (
    <Panel title={text('routes.fallbacks')} hint={text('routes.fallbacksHint')}>
      <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: { sm: '1fr 1fr' }, pt: 1 }}>
        {FALLBACK_CAUSES.map((cause, index) => (
          <Controller
            key={cause}
            control={form.control}
            name={`fallbacks.${cause}`}
            render={({ field }) => (
              <TextListInput
                value={field.value}
                onChange={field.onChange}
                label={text(`routing.cause.${cause}`)}
                hint={' '}
                fault={index === 0 && typeof fault === 'string' ? fault : undefined}
              />
            )}
          />
        ))}
      </Box>
    </Panel>
  );
}
