import { Box, Checkbox, FormControlLabel } from '@mui/material';
import { Controller, useWatch, type UseFormReturn } from 'react-hook-form';
import { FormField } from '../forms/form-field.js';
import { useText } from '../i18n/use-text.js';
import { Panel } from '../page/panel.js';
import { ModelInput } from '../routing/model-input.js';
import { PERCENT, type RouteFields, WHOLE } from './route-draft.js';

const DURATIONS = [
  { name: 'hedgeAfterMs', label: 'routes.hedge', hint: 'routes.hedgeHint' },
  { name: 'firstTokenTimeoutMs', label: 'routes.firstTokenTimeout', hint: 'routes.timeoutHint' },
  { name: 'totalTimeoutMs', label: 'routes.totalTimeout', hint: 'routes.timeoutHint' },
] as const;

interface TrafficInputsProps {
  readonly form: UseFormReturn<RouteFields>;
  readonly names: readonly string[];
}

/** What else becomes of requests: where conversations stay, who is tried out, how long is waited. */
export function TrafficInputs({ form, names }: TrafficInputsProps) {
  const text = useText();
  return (
    <Panel title={text('routes.traffic')}>
      <Box sx={{ display: 'grid', gap: 4, pt: 1 }}>
        <Controller
          control={form.control}
          name="sticky"
          render={({ field }) => (
            <FormControlLabel
              control={<Checkbox size="small" checked={field.value} onChange={field.onChange} />}
              label={text('routes.sticky')}
            />
          )}
        />
        <ShareInputs form={form} names={names} share="canary" />
        <ShareInputs form={form} names={names} share="shadow" />
        <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: { sm: 'repeat(3, 1fr)' } }}>
          {DURATIONS.map(({ name, label, hint }) => (
            <FormField
              key={name}
              form={form}
              name={name}
              label={text(label)}
              hint={text(hint)}
              slotProps={{ htmlInput: { inputMode: 'numeric' } }}
              rules={{ pattern: { value: WHOLE, message: text('keys.notANumber') } }}
            />
          ))}
        </Box>
      </Box>
    </Panel>
  );
}

function ShareInputs({ form, names, share }: TrafficInputsProps & { readonly share: 'canary' | 'shadow' }) {
  const text = useText();
  const model = useWatch({ control: form.control, name: `${share}.model` });
  const fault = form.formState.errors[share]?.message;
  return (
    <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: '3fr 1fr' }}>
      <Controller
        control={form.control}
        name={`${share}.model`}
        render={({ field }) => (
          <ModelInput
            value={field.value}
            onChange={field.onChange}
            onBlur={field.onBlur}
            names={names}
            label={text(`routes.${share}`)}
            hint={text(`routes.${share}Hint`)}
            fault={typeof fault === 'string' ? fault : undefined}
          />
        )}
      />
      <FormField
        form={form}
        name={`${share}.percent`}
        label={text('routes.percent')}
        slotProps={{ htmlInput: { inputMode: 'numeric' } }}
        rules={{ validate: (value) => model === '' || PERCENT.test(value as string) || text('routes.notAPercent') }}
      />
    </Box>
  );
}
