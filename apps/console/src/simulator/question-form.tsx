import { Box, Button, MenuItem, Stack } from '@mui/material';
import { MAX_PAGE_SIZE } from '@tollgate/wire';
import { Controller, useForm, type UseFormReturn } from 'react-hook-form';
import { useList } from '../api/use-list.js';
import { FormField } from '../forms/form-field.js';
import { TextListInput } from '../forms/text-list-input.js';
import { useText } from '../i18n/use-text.js';
import { Panel } from '../page/panel.js';
import { constraintsOf } from '../routing/constraint-draft.js';
import { ConstraintInputs } from '../routing/constraint-inputs.js';
import { Folded } from '../routing/folded.js';
import { ModelInput } from '../routing/model-input.js';
import { useCallableNames } from '../routing/use-callable-names.js';
import { useScope } from '../url/scope.js';
import { addressOf, type QuestionFields, SURFACES } from './question-draft.js';

const TOKENS = /^\d{1,8}$/;

interface QuestionFormProps {
  readonly initial: QuestionFields;
  readonly onAsk: (address: Readonly<Record<string, string | null>>) => void;
}

export function QuestionForm({ initial, onAsk }: QuestionFormProps) {
  const text = useText();
  const names = useCallableNames();
  const form = useForm<QuestionFields>({ defaultValues: initial });
  const isNarrowed = Object.keys(constraintsOf(initial.constraints)).length > 0;
  const ask = form.handleSubmit((fields) => onAsk(addressOf(fields)));
  return (
    <Stack component="form" noValidate onSubmit={(event) => void ask(event)} sx={{ gap: 4, minWidth: 0 }}>
      <Panel title={text('simulator.question')}>
        <Stack sx={{ gap: 4, pt: 1 }}>
          <Controller
            control={form.control}
            name="model"
            rules={{ required: text('routes.missingModel') }}
            render={({ field, fieldState }) => (
              <ModelInput
                value={field.value}
                onChange={field.onChange}
                onBlur={field.onBlur}
                names={names}
                label={text('simulator.model')}
                fault={fieldState.error?.message}
              />
            )}
          />
          <KeyField form={form} />
          <FormField form={form} name="surface" label={text('simulator.surface')} select>
            {SURFACES.map((surface) => (
              <MenuItem key={surface} value={surface}>
                {surface}
              </MenuItem>
            ))}
          </FormField>
          <TokenFields form={form} />
          <Controller
            control={form.control}
            name="tags"
            render={({ field }) => (
              <TextListInput
                value={field.value}
                onChange={field.onChange}
                label={text('simulator.tags')}
                hint={text('simulator.tagsHint')}
              />
            )}
          />
        </Stack>
      </Panel>
      <Folded title={text('routing.constraints')} hint={text('routing.constraintsHint')} isOpen={isNarrowed}>
        <ConstraintInputs form={form} />
      </Folded>
      <Button type="submit" variant="contained" sx={{ alignSelf: 'start' }}>
        {text('simulator.ask')}
      </Button>
    </Stack>
  );
}

interface PartProps {
  readonly form: UseFormReturn<QuestionFields>;
}

function TokenFields({ form }: PartProps) {
  const text = useText();
  return (
    <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: '1fr 1fr' }}>
      {(['inputTokens', 'outputTokens'] as const).map((name) => (
        <FormField
          key={name}
          form={form}
          name={name}
          label={text(`simulator.${name}`)}
          slotProps={{ htmlInput: { inputMode: 'numeric' } }}
          rules={{
            pattern: { value: TOKENS, message: text('keys.notANumber') },
            required: text('setUp.required'),
          }}
        />
      ))}
    </Box>
  );
}

/** It stands there before the keys are known, so that nothing below it moves. */
function KeyField({ form }: PartProps) {
  const text = useText();
  const { organization } = useScope();
  const { rows } = useList('api-keys', {
    filter: { organizationId: organization.id },
    sort: 'name',
    perPage: MAX_PAGE_SIZE,
  });
  const chosen = form.getValues('key');
  const isOther = chosen !== '' && rows?.some(({ id }) => id === chosen) !== true;
  return (
    <FormField
      form={form}
      name="key"
      label={text('simulator.key')}
      select
      disabled={rows === undefined}
      slotProps={{ inputLabel: { shrink: true }, select: { displayEmpty: true } }}
    >
      <MenuItem value="">{text('simulator.anyKey')}</MenuItem>
      {isOther && <MenuItem value={chosen}>{chosen}</MenuItem>}
      {rows?.map(({ id, name }) => (
        <MenuItem key={id} value={id}>
          {name}
        </MenuItem>
      ))}
    </FormField>
  );
}
