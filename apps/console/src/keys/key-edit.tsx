import { useQueryClient } from '@tanstack/react-query';
import type { ApiKey } from '@tollgate/wire';
import { useNotify } from 'react-admin';
import { useNavigate, useParams } from 'react-router-dom';
import { callOperation } from '../api/call-operation.js';
import { useOperation } from '../api/use-operation.js';
import { useText } from '../i18n/use-text.js';
import { EmptyNotice } from '../page/empty-notice.js';
import { ErrorNotice } from '../page/error-notice.js';
import { Page } from '../page/page.js';
import { PageSkeleton } from '../page/page-skeleton.js';
import { useMe } from '../session/use-me.js';
import { useLinkTo } from '../url/use-url-state.js';
import { changeOf, keyFieldsOf, type KeyFields } from './key-draft.js';
import { KeyForm } from './key-form.js';

export default function KeyEdit() {
  const { id = '' } = useParams();
  const text = useText();
  const { mayCall } = useMe();
  const { data, error, refetch } = useOperation('readApiKey', { params: { apiKeyId: id } });
  if (data === undefined && error === null) return <PageSkeleton />;
  return (
    <Page title={data === undefined ? text('keys.details') : text('keys.editTitle', { name: data.name })}>
      {data === undefined && error !== null && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data !== undefined &&
        (mayCall('updateApiKey', data.ownerId) ? (
          <EditForm key={data.version} apiKey={data} />
        ) : (
          <EmptyNotice title={text('page.forbidden')}>{text('keys.notYours')}</EmptyNotice>
        ))}
    </Page>
  );
}

/** Made anew for each version: what somebody else has changed is not overwritten unseen. */
function EditForm({ apiKey }: { readonly apiKey: ApiKey }) {
  const text = useText();
  const linkTo = useLinkTo();
  const notify = useNotify();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const back = linkTo(`/keys/${apiKey.id}/show`);
  const save = async (fields: KeyFields): Promise<void> => {
    const request = { params: { apiKeyId: apiKey.id }, body: changeOf(fields, Date.now()) };
    await callOperation('updateApiKey', request, { ifMatch: apiKey.version });
    void navigate(back);
    await queryClient.invalidateQueries();
    notify(text('keys.saved', { name: fields.name }), { type: 'success' });
  };
  return (
    <KeyForm
      initial={keyFieldsOf(apiKey)}
      projects={null}
      expiresAt={apiKey.expiresAt}
      action={text('page.save')}
      back={back}
      onSubmit={save}
    />
  );
}
