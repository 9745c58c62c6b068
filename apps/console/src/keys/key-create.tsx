import { useQueryClient } from '@tanstack/react-query';
import type { IssuedApiKey } from '@tollgate/wire';
import { useState } from 'react';
import { callOperation } from '../api/call-operation.js';
import { useText } from '../i18n/use-text.js';
import { Page } from '../page/page.js';
import type { KeyDraft } from './key-draft.js';
import { KeyForm } from './key-form.js';
import { KeyIssued } from './key-issued.js';

export default function KeyCreate() {
  const text = useText();
  const queryClient = useQueryClient();
  const [issued, setIssued] = useState<IssuedApiKey | null>(null);
  const create = async ({ projectId, ...body }: KeyDraft): Promise<void> => {
    setIssued(await callOperation('createApiKey', { params: { projectId }, body }));
    await queryClient.invalidateQueries({ queryKey: ['api-keys'] });
  };
  if (issued !== null) return <KeyIssued issued={issued} title={text('keys.createdTitle')} />;
  return (
    <Page title={text('keys.create')} subtitle={text('keys.createLead')}>
      <KeyForm onCreate={create} />
    </Page>
  );
}
