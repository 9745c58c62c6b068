import { MenuItem, Stack } from '@mui/material';
import { METERS } from '@tollgate/domain';
import type { PriceBookDraft } from '@tollgate/wire';
import { useForm } from 'react-hook-form';
import { FormDialog } from '../forms/form-dialog.js';
import { FormField } from '../forms/form-field.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';
import type { SaveChanges } from './draft-show.js';
import { basisPointsOf, PERCENT } from './percent.js';

interface RuleFields {
  readonly provider: string;
  readonly model: string;
  readonly meter: PriceBookDraft['changes']['setRules'][number]['meter'];
  readonly serviceTier: string;
  readonly region: string;
  readonly percent: string;
}

interface RuleDialogProps {
  readonly draft: PriceBookDraft;
  readonly save: SaveChanges;
  readonly onClose: () => void;
}

/** A markup or discount for a part of what is used. */
export function RuleDialog({ draft, save, onClose }: RuleDialogProps) {
  const text = useText();
  const form = useForm<RuleFields>({
    defaultValues: { provider: '*', model: '*', meter: '*', serviceTier: '*', region: '*', percent: '' },
  });
  const { error, submit } = useSubmit(form, async ({ percent, ...dimensions }) => {
    const rule = { ...dimensions, basisPoints: basisPointsOf(percent) };
    await save({ ...draft.changes, setRules: [...draft.changes.setRules, rule] });
    onClose();
  });
  const required = { required: text('prices.required') };
  const any = { hint: text('prices.anyHint'), rules: required };
  return (
    <FormDialog
      title={text('prices.addRule')}
      action={text('prices.add')}
      error={error}
      isSubmitting={form.formState.isSubmitting}
      submit={submit}
      onClose={onClose}
    >
      <FormField
        form={form}
        name="percent"
        label={text('prices.percent')}
        hint={text('prices.percentHint')}
        autoFocus
        rules={{ validate: (value) => PERCENT.test(value) || text('prices.percentWrong') }}
      />
      <Stack direction={{ xs: 'column', sm: 'row' }} sx={{ gap: 3, '& > *': { flex: 1 } }}>
        <FormField form={form} name="provider" label={text('prices.provider')} {...any} />
        <FormField form={form} name="model" label={text('prices.model')} {...any} />
      </Stack>
      <FormField form={form} name="meter" label={text('prices.meter')} select>
        <MenuItem value="*">{text('prices.any')}</MenuItem>
        {METERS.map((one) => (
          <MenuItem key={one} value={one}>
            {text(`vocabulary.meter.${one}`)}
          </MenuItem>
        ))}
      </FormField>
      <Stack direction={{ xs: 'column', sm: 'row' }} sx={{ gap: 3, '& > *': { flex: 1 } }}>
        <FormField form={form} name="serviceTier" label={text('prices.tier')} {...any} />
        <FormField form={form} name="region" label={text('prices.region')} {...any} />
      </Stack>
    </FormDialog>
  );
}
