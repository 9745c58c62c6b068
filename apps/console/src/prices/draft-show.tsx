import { Alert, Button, Stack } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import type { PriceBookDraft, PriceDraftChanges } from '@tollgate/wire';
import { useState } from 'react';
import { useNotify } from 'react-admin';
import { useParams } from 'react-router-dom';
import { callOperation } from '../api/call-operation.js';
import { useOperation } from '../api/use-operation.js';
import { useText } from '../i18n/use-text.js';
import { ErrorNotice } from '../page/error-notice.js';
import { Page } from '../page/page.js';
import { PageSkeleton } from '../page/page-skeleton.js';
import { Panel } from '../page/panel.js';
import { Question } from '../page/question.js';
import { useMe } from '../session/use-me.js';
import { useUrlState } from '../url/use-url-state.js';
import { ChangeTable } from './change-table.js';
import { PreviewPanel } from './preview-panel.js';
import { PriceDialog } from './price-dialog.js';
import { useNames } from './price-words.js';
import { PublishDialog } from './publish-dialog.js';
import { RuleDialog } from './rule-dialog.js';
import { TermsDialog } from './terms-dialog.js';

type Dialog = 'price' | 'rule' | 'terms' | 'publish' | 'discard';

/** A draft: what it changes, what that would have meant, and its publication. */
export default function DraftShow() {
  const { id = '' } = useParams();
  const draft = useOperation('readPriceDraft', { params: { priceDraftId: id } });
  if (draft.error !== null) return <ErrorNotice error={draft.error} />;
  return draft.data === undefined ? <PageSkeleton /> : <Draft draft={draft.data} />;
}

function Draft({ draft }: { readonly draft: PriceBookDraft }) {
  const text = useText();
  const nameOf = useNames();
  const { get, set } = useUrlState();
  const { mayCall } = useMe();
  // whoever comes from what has no price sets one
  const [dialog, setDialog] = useState<Dialog | null>(get('meter') === null ? null : 'price');
  const save = useSave(draft);
  const isOpen = draft.state === 'open' && mayCall('updatePriceDraft');
  const close = (): void => {
    setDialog(null);
    set({ provider: null, model: null, meter: null, tier: null });
  };
  const actions = isOpen && (
    <>
      <Button onClick={() => setDialog('discard')}>{text('prices.discard')}</Button>
      <Button variant="contained" onClick={() => setDialog('publish')}>
        {text('prices.publish')}
      </Button>
    </>
  );
  return (
    <Page
      title={draft.name}
      subtitle={`${nameOf(draft.priceBookId)} · ${text(`prices.draftState.${draft.state}`)}`}
      actions={actions}
    >
      <Stack sx={{ gap: 4 }}>
        {draft.failure !== null && <Alert severity="error">{text('prices.failure', { reason: draft.failure })}</Alert>}
        <Panel title={text('prices.changes')} actions={isOpen && <ChangeButtons open={setDialog} />} flush>
          <ChangeTable draft={draft} onChange={isOpen ? save : null} />
        </Panel>
        <PreviewPanel draft={draft} />
      </Stack>
      {dialog === 'price' && <PriceDialog draft={draft} save={save} onClose={close} />}
      {dialog === 'rule' && <RuleDialog draft={draft} save={save} onClose={close} />}
      {dialog === 'terms' && <TermsDialog draft={draft} save={save} onClose={close} />}
      {dialog === 'publish' && <PublishDialog draft={draft} onClose={close} />}
      {dialog === 'discard' && <DiscardQuestion draft={draft} onClose={close} />}
    </Page>
  );
}

function ChangeButtons({ open }: { readonly open: (dialog: Dialog) => void }) {
  const text = useText();
  return (
    <Stack direction="row" sx={{ gap: 2, flexWrap: 'wrap' }}>
      <Button size="small" variant="outlined" onClick={() => open('price')}>
        {text('prices.addPrice')}
      </Button>
      <Button size="small" variant="outlined" onClick={() => open('rule')}>
        {text('prices.addRule')}
      </Button>
      <Button size="small" variant="outlined" onClick={() => open('terms')}>
        {text('prices.setTerms')}
      </Button>
    </Stack>
  );
}

export type SaveChanges = (changes: PriceDraftChanges) => Promise<void>;

function useSave(draft: PriceBookDraft): SaveChanges {
  const queryClient = useQueryClient();
  return async (changes) => {
    const params = { priceDraftId: draft.id };
    await callOperation('updatePriceDraft', { params, body: { changes } }, { ifMatch: draft.version });
    await queryClient.invalidateQueries();
  };
}

function DiscardQuestion({ draft, onClose }: { readonly draft: PriceBookDraft; readonly onClose: () => void }) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const discard = async (): Promise<void> => {
    await callOperation('discardPriceDraft', { params: { priceDraftId: draft.id } });
    await queryClient.invalidateQueries();
    notify(text('prices.discarded'), { type: 'success' });
    onClose();
  };
  return (
    <Question
      title={text('prices.discardTitle', { name: draft.name })}
      action={text('prices.discard')}
      isDestructive
      onConfirm={discard}
      onClose={onClose}
    >
      {text('prices.discardHint')}
    </Question>
  );
}
