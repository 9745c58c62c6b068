import type { PriceBookDraft } from '@tollgate/wire';
import { useForm } from 'react-hook-form';
import { useOperation } from '../api/use-operation.js';
import { FormDialog } from '../forms/form-dialog.js';
import { FormField } from '../forms/form-field.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';
import type { SaveChanges } from './draft-show.js';
import { basisPointsOf, PERCENT, percentOf } from './percent.js';

interface TermFields {
  readonly markup: string;
  readonly fee: string;
}

interface TermsDialogProps {
  readonly draft: PriceBookDraft;
  readonly save: SaveChanges;
  readonly onClose: () => void;
}

/** The book's own markup and platform fee; what is left empty is as the next book says. */
export function TermsDialog(props: TermsDialogProps) {
  const { data } = useOperation('readPriceBook', { params: { priceBookId: props.draft.priceBookId } });
  if (data === undefined) return null;
  const { changes } = props.draft;
  const { markupBasisPoints = data.markupBasisPoints, platformFeeBasisPoints = data.platformFeeBasisPoints } = changes;
  return <Form {...props} before={{ markup: percentOf(markupBasisPoints), fee: percentOf(platformFeeBasisPoints) }} />;
}

function Form({ draft, save, onClose, before }: TermsDialogProps & { readonly before: TermFields }) {
  const text = useText();
  const form = useForm<TermFields>({ defaultValues: before });
  const { error, submit } = useSubmit(form, async ({ markup, fee }) => {
    const pointsOf = (percent: string): number | null => (percent === '' ? null : basisPointsOf(percent));
    await save({ ...draft.changes, markupBasisPoints: pointsOf(markup), platformFeeBasisPoints: pointsOf(fee) });
    onClose();
  });
  const validate = (value: string): true | string => value === '' || PERCENT.test(value) || text('prices.percentWrong');
  return (
    <FormDialog
      title={text('prices.setTerms')}
      action={text('prices.add')}
      error={error}
      isSubmitting={form.formState.isSubmitting}
      submit={submit}
      onClose={onClose}
    >
      <FormField
        form={form}
        name="markup"
        label={`${text('prices.markup')} (%)`}
        hint={text('prices.inheritHint')}
        autoFocus
        rules={{ validate }}
      />
      <FormField
        form={form}
        name="fee"
        label={`${text('prices.fee')} (%)`}
        hint={text('prices.feeHint')}
        rules={{ validate: (value) => (value.startsWith('-') ? text('prices.percentWrong') : validate(value)) }}
      />
    </FormDialog>
  );
}
