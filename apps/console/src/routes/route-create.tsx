import { useQueryClient } from '@tanstack/react-query';
import { useNotify } from 'react-admin';
import { useNavigate } from 'react-router-dom';
import { callOperation } from '../api/call-operation.js';
import { useText } from '../i18n/use-text.js';
import { Page } from '../page/page.js';
import { useScope } from '../url/scope.js';
import { useLinkTo } from '../url/use-url-state.js';
import { draftOf, emptyRouteFields, type RouteFields } from './route-draft.js';
import { RouteForm } from './route-form.js';

export default function RouteCreate() {
  const text = useText();
  const linkTo = useLinkTo();
  const notify = useNotify();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const { organization } = useScope();
  const create = async (fields: RouteFields): Promise<void> => {
    const { id, name } = await callOperation('createRoute', { body: draftOf(fields, organization.id) });
    await queryClient.invalidateQueries({ queryKey: ['routes'] });
    void navigate(linkTo(`/routes/${id}/show`));
    notify(text('routes.created', { name }), { type: 'success' });
  };
  return (
    <Page title={text('routes.create')} subtitle={text('routes.createLead')}>
      <RouteForm
        initial={emptyRouteFields()}
        isNew
        action={text('routes.create')}
        back={linkTo('/routes')}
        onSubmit={create}
      />
    </Page>
  );
}
