import { MenuItem, Stack } from '@mui/material';
import { isTokenMeter, METERS, type Meter } from '@tollgate/domain';
import type { PriceBookDraft } from '@tollgate/wire';
import { useForm, type UseFormReturn } from 'react-hook-form';
import { FormDialog } from '../forms/form-dialog.js';
import { FormField } from '../forms/form-field.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';
import { useUrlState } from '../url/use-url-state.js';
import type { SaveChanges } from './draft-show.js';

const AMOUNT = /^\d{1,9}(\.\d{1,12})?$/;
const MILLION = 1_000_000;

interface PriceFields {
  readonly provider: string;
  readonly model: string;
  readonly meter: Meter;
  readonly serviceTier: string;
  readonly region: string;
  readonly fromTokens: string;
  readonly timeWindow: string;
  readonly amount: string;
}

interface PriceDialogProps {
  readonly draft: PriceBookDraft;
  readonly save: SaveChanges;
  readonly onClose: () => void;
}

/** A price as people say it: for a million tokens, or for a million of anything else that is small. */
export function PriceDialog({ draft, save, onClose }: PriceDialogProps) {
  const text = useText();
  const { get } = useUrlState();
  const known = METERS.find((meter) => meter === get('meter')) ?? 'input';
  const form = useForm<PriceFields>({
    defaultValues: {
      ...{ provider: get('provider') ?? '', model: get('model') ?? '', meter: known, serviceTier: get('tier') ?? '*' },
      ...{ region: '*', fromTokens: '0', timeWindow: '*', amount: '' },
    },
  });
  const meter = form.watch('meter');
  const per = isTokenMeter(meter) || meter === 'character' ? MILLION : 1;
  const { error, submit } = useSubmit(form, async ({ fromTokens, ...fields }) => {
    const price = { ...fields, fromTokens: Number(fromTokens), per };
    await save({ ...draft.changes, setPrices: [...draft.changes.setPrices, price] });
    onClose();
  });
  const required = { required: text('prices.required') };
  return (
    <FormDialog
      title={text('prices.addPrice')}
      action={text('prices.add')}
      error={error}
      isSubmitting={form.formState.isSubmitting}
      submit={submit}
      onClose={onClose}
    >
      <Stack direction={{ xs: 'column', sm: 'row' }} sx={{ gap: 3, '& > *': { flex: 1 } }}>
        <FormField form={form} name="provider" label={text('prices.provider')} autoFocus rules={required} />
        <FormField
          form={form}
          name="model"
          label={text('prices.model')}
          hint={text('prices.anyHint')}
          rules={required}
        />
      </Stack>
      <Stack direction={{ xs: 'column', sm: 'row' }} sx={{ gap: 3, '& > *': { flex: 1 } }}>
        <FormField form={form} name="meter" label={text('prices.meter')} select>
          {METERS.map((one) => (
            <MenuItem key={one} value={one}>
              {text(`vocabulary.meter.${one}`)}
            </MenuItem>
          ))}
        </FormField>
        <FormField
          form={form}
          name="amount"
          label={text(per === MILLION ? 'prices.amountPerMillion' : 'prices.amountPerOne')}
          slotProps={{ htmlInput: { inputMode: 'decimal' } }}
          rules={{ validate: (value) => AMOUNT.test(value) || text('prices.amountWrong') }}
        />
      </Stack>
      <Conditions form={form} />
    </FormDialog>
  );
}

/** What narrows a price down; most prices hold for anything. */
function Conditions({ form }: { readonly form: UseFormReturn<PriceFields> }) {
  const text = useText();
  const required = { required: text('prices.required') };
  return (
    <>
      <Stack direction={{ xs: 'column', sm: 'row' }} sx={{ gap: 3, '& > *': { flex: 1 } }}>
        <FormField
          form={form}
          name="serviceTier"
          label={text('prices.tier')}
          hint={text('prices.tierHint')}
          rules={required}
        />
        <FormField
          form={form}
          name="region"
          label={text('prices.region')}
          hint={text('prices.anyHint')}
          rules={required}
        />
      </Stack>
      <Stack direction={{ xs: 'column', sm: 'row' }} sx={{ gap: 3, '& > *': { flex: 1 } }}>
        <FormField form={form} name="fromTokens" label={text('prices.fromTokens')} rules={{ pattern: /^\d{1,9}$/ }} />
        <FormField
          form={form}
          name="timeWindow"
          label={text('prices.timeWindow')}
          hint={text('prices.windowHint')}
          rules={required}
        />
      </Stack>
    </>
  );
}
