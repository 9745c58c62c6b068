import { useQueryClient } from '@tanstack/react-query';
import type { Route } from '@tollgate/wire';
import { useNotify } from 'react-admin';
import { useNavigate, useParams } from 'react-router-dom';
import { callOperation } from '../api/call-operation.js';
import { useOperation } from '../api/use-operation.js';
import { useText } from '../i18n/use-text.js';
import { EmptyNotice } from '../page/empty-notice.js';
import { ErrorNotice } from '../page/error-notice.js';
import { Page } from '../page/page.js';
import { PageSkeleton } from '../page/page-skeleton.js';
import { useLinkTo } from '../url/use-url-state.js';
import { changeOf, routeFieldsOf, type RouteFields } from './route-draft.js';
import { RouteForm } from './route-form.js';
import { useMayChange } from './use-may-change.js';

export default function RouteEdit() {
  const { id = '' } = useParams();
  const text = useText();
  const mayChange = useMayChange();
  const { data, error, refetch } = useOperation('readRoute', { params: { routeId: id } });
  if (data === undefined && error === null) return <PageSkeleton />;
  return (
    <Page title={data === undefined ? text('routing.title') : text('routes.editTitle', { name: data.name })}>
      {data === undefined && error !== null && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data !== undefined &&
        (mayChange(data) ? (
          <EditForm key={data.version} route={data} />
        ) : (
          <EmptyNotice title={text('page.forbidden')}>
            {text(data.source === 'file' ? 'routes.fileHint' : 'routes.operatorsHint')}
          </EmptyNotice>
        ))}
    </Page>
  );
}

/** Made anew for each version: what somebody else has changed is not overwritten unseen. */
function EditForm({ route }: { readonly route: Route }) {
  const text = useText();
  const linkTo = useLinkTo();
  const notify = useNotify();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const back = linkTo(`/routes/${route.id}/show`);
  const save = async (fields: RouteFields): Promise<void> => {
    const request = { params: { routeId: route.id }, body: changeOf(fields) };
    await callOperation('updateRoute', request, { ifMatch: route.version });
    void navigate(back);
    await queryClient.invalidateQueries();
    notify(text('routes.saved', { name: fields.name }), { type: 'success' });
  };
  return (
    <RouteForm initial={routeFieldsOf(route)} isNew={false} action={text('page.save')} back={back} onSubmit={save} />
  );
}
