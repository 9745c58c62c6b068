import Close from '@mui/icons-material/Close';
import { Box, Button, IconButton, MenuItem, Stack, Typography } from '@mui/material';
import { LADDER_ACTIONS } from '@tollgate/domain';
import { useFieldArray, useWatch, type Control, type FieldValues, type UseFormReturn } from 'react-hook-form';
import { FormField } from '../forms/form-field.js';
import { useText } from '../i18n/use-text.js';
import { NEW_RUNG } from './ladder-draft.js';
import { type LimitFields, WHOLE_NUMBER } from './limit-draft.js';

const PERCENT = /^([1-9]\d?|100)$/;

interface LadderInputsProps<Values extends FieldValues & LimitFields> {
  readonly form: UseFormReturn<Values>;
}

/** What happens on the way to the end of the monthly budget. */
export function LadderInputs<Values extends FieldValues & LimitFields>(props: LadderInputsProps<Values>) {
  const text = useText();
  // they are among the form's fields by its type
  const form = props.form as unknown as UseFormReturn<LimitFields>;
  const { fields, append, remove } = useFieldArray({ control: form.control, name: 'ladder' });
  const budget = useWatch({ control: form.control, name: 'monthlyBudget' });
  if (form.getValues('limitsSource') === 'file') return null;
  return (
    <Stack sx={{ gridColumn: '1 / -1', gap: 3 }} role="group" aria-label={text('budgets.ladder')}>
      <Box>
        <Typography variant="body2" sx={{ fontWeight: 500 }}>
          {text('budgets.ladder')}
        </Typography>
        <Typography variant="caption" component="p" sx={{ color: 'text.secondary', m: 0 }}>
          {text(budget === '' ? 'budgets.needsBudget' : 'budgets.ladderHint')}
        </Typography>
      </Box>
      {fields.map(({ id }, index) => (
        <Rung key={id} form={form} control={form.control} index={index} onRemove={() => remove(index)} />
      ))}
      <Button variant="outlined" disabled={budget === ''} onClick={() => append(NEW_RUNG)} sx={{ alignSelf: 'start' }}>
        {text('budgets.addRung')}
      </Button>
    </Stack>
  );
}

interface RungProps {
  readonly form: UseFormReturn<LimitFields>;
  readonly control: Control<LimitFields>;
  readonly index: number;
  readonly onRemove: () => void;
}

function Rung({ form, control, index, onRemove }: RungProps) {
  const text = useText();
  const action = useWatch({ control, name: `ladder.${index}.action` });
  return (
    <Box sx={RUNG}>
      <FormField
        form={form}
        name={`ladder.${index}.percent`}
        label={text('budgets.percent')}
        slotProps={{ htmlInput: { inputMode: 'numeric' } }}
        rules={{ validate: (value) => PERCENT.test(value as string) || text('routes.notAPercent') }}
      />
      <FormField form={form} name={`ladder.${index}.action`} label={text('budgets.then')} select>
        {LADDER_ACTIONS.map((each) => (
          <MenuItem key={each} value={each}>
            {text(`budgets.action.${each}`)}
          </MenuItem>
        ))}
      </FormField>
      <FormField
        form={form}
        name={`ladder.${index}.requestsPerMinute`}
        label={text('budgets.perMinute')}
        disabled={action !== 'throttle'}
        slotProps={{ htmlInput: { inputMode: 'numeric' } }}
        rules={{
          validate: (value) =>
            action !== 'throttle' || (value !== '' && WHOLE_NUMBER.test(value as string)) || text('keys.notANumber'),
        }}
      />
      <IconButton aria-label={text('budgets.removeRung', { number: index + 1 })} onClick={onRemove}>
        <Close sx={{ fontSize: 18 }} />
      </IconButton>
    </Box>
  );
}

const RUNG = {
  display: 'grid',
  gap: 2,
  alignItems: 'start',
  gridTemplateColumns: { xs: 'minmax(0, 1fr) auto', sm: '2fr 4fr 2fr auto' },
  '& > :nth-of-type(2), & > :nth-of-type(3)': { gridColumn: { xs: '1', sm: 'auto' } },
  '& > button': { gridColumn: { xs: '2', sm: 'auto' }, gridRow: { xs: '1', sm: 'auto' } },
} as const;
