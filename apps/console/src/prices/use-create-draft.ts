import { useMutation } from '@tanstack/react-query';
import type { PriceDraftChanges } from '@tollgate/wire';
import { useNotify } from 'react-admin';
import { useNavigate } from 'react-router-dom';
import { callOperation } from '../api/call-operation.js';
import { useText } from '../i18n/use-text.js';
import { useLinkTo } from '../url/use-url-state.js';

/** Begins a draft of a book, with what is known already, and goes there. */
export function useCreateDraft(priceBookId: string) {
  const text = useText();
  const notify = useNotify();
  const navigate = useNavigate();
  const linkTo = useLinkTo();
  const { mutate, isPending } = useMutation({
    mutationFn: ({
      add,
      ...changes
    }: Partial<PriceDraftChanges> & { readonly add?: Readonly<Record<string, string>> }) =>
      callOperation('createPriceDraft', {
        params: { priceBookId },
        body: { name: text('prices.newDraft'), changes },
      }).then(({ id }) => navigate(linkTo(`/price-drafts/${id}/show`, add))),
    onError: (error) => notify(error.message, { type: 'error' }),
  });
  return { start: mutate, isPending };
}
