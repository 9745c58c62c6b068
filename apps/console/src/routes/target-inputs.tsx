import Close from '@mui/icons-material/Close';
import { Alert, Box, Button, IconButton, MenuItem, Stack } from '@mui/material';
import { Controller, useFieldArray, type UseFormReturn } from 'react-hook-form';
import { PROVIDER_TABLE } from 'virtual:provider-table';
import { FormField } from '../forms/form-field.js';
import { TextListInput } from '../forms/text-list-input.js';
import { useText } from '../i18n/use-text.js';
import { Panel } from '../page/panel.js';
import { ModelInput } from '../routing/model-input.js';
import { NO_TARGET, type RouteFields, WHOLE } from './route-draft.js';

interface TargetInputsProps {
  readonly form: UseFormReturn<RouteFields>;
  readonly names: readonly string[];
}

/** The models that the name means, each with its weight and the requests that it is meant for. */
export function TargetInputs({ form, names }: TargetInputsProps) {
  const text = useText();
  const { fields, append, remove } = useFieldArray({ control: form.control, name: 'targets' });
  const fault = form.formState.errors.targets?.message ?? form.formState.errors.targets?.root?.message;
  return (
    <Panel
      title={text('routes.targets')}
      hint={text('routes.targetsHint')}
      actions={
        <Button variant="outlined" onClick={() => append(NO_TARGET)}>
          {text('routes.addTarget')}
        </Button>
      }
    >
      <Stack sx={{ gap: 4, pt: 1 }}>
        {fault !== undefined && <Alert severity="error">{fault}</Alert>}
        {fields.map(({ id }, index) => (
          <Box key={id} sx={TARGET}>
            <Target form={form} names={names} index={index} />
            <IconButton
              aria-label={text('routes.removeTarget', { number: index + 1 })}
              disabled={fields.length === 1}
              onClick={() => remove(index)}
              sx={{ alignSelf: 'start', justifySelf: 'end' }}
            >
              <Close sx={{ fontSize: 18 }} />
            </IconButton>
          </Box>
        ))}
      </Stack>
    </Panel>
  );
}

function Target({ form, names, index }: TargetInputsProps & { readonly index: number }) {
  const text = useText();
  const whole = { pattern: { value: WHOLE, message: text('keys.notANumber') } };
  return (
    <Box sx={FIELDS}>
      <Controller
        control={form.control}
        name={`targets.${index}.model`}
        rules={{ required: text('routes.missingModel') }}
        render={({ field, fieldState }) => (
          <ModelInput
            value={field.value}
            onChange={field.onChange}
            onBlur={field.onBlur}
            names={names}
            label={text('routes.model')}
            fault={fieldState.error?.message}
          />
        )}
      />
      <FormField
        form={form}
        name={`targets.${index}.provider`}
        label={text('routes.provider')}
        select
        slotProps={{ inputLabel: { shrink: true }, select: { displayEmpty: true } }}
      >
        <MenuItem value="">{text('routes.anyProvider')}</MenuItem>
        {PROVIDER_TABLE.map(({ id, displayName }) => (
          <MenuItem key={id} value={id}>
            {displayName}
          </MenuItem>
        ))}
      </FormField>
      <FormField
        form={form}
        name={`targets.${index}.weight`}
        label={text('routes.weight')}
        hint={text('routes.weightHint')}
        rules={whole}
      />
      <ConditionInputs form={form} index={index} />
    </Box>
  );
}

/** For which requests it is meant: all that is filled in must hold. */
function ConditionInputs({ form, index }: Pick<TargetInputsProps, 'form'> & { readonly index: number }) {
  const text = useText();
  const whole = { pattern: { value: WHOLE, message: text('keys.notANumber') } };
  return (
    <Box sx={CONDITION}>
      <FormField
        form={form}
        name={`targets.${index}.minInputTokens`}
        label={text('routes.minInputTokens')}
        rules={whole}
      />
      <FormField
        form={form}
        name={`targets.${index}.maxInputTokens`}
        label={text('routes.maxInputTokens')}
        rules={whole}
      />
      <Controller
        control={form.control}
        name={`targets.${index}.tags`}
        render={({ field }) => (
          <TextListInput
            value={field.value}
            onChange={field.onChange}
            label={text('routes.whenTags')}
            hint={text('routes.whenTagsHint')}
          />
        )}
      />
    </Box>
  );
}

const TARGET = {
  display: 'grid',
  gridTemplateColumns: 'minmax(0, 1fr) auto',
  gap: 2,
  '& + &': { borderTop: '1px solid', borderColor: 'divider', pt: 4 },
} as const;

const FIELDS = { display: 'grid', gap: 4, gridTemplateColumns: { sm: '2fr 2fr 1fr' } } as const;

const CONDITION = {
  display: 'grid',
  gap: 4,
  gridTemplateColumns: { sm: '1fr 1fr 2fr' },
  gridColumn: '1 / -1',
} as const;
