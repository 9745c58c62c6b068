import { Button } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import type { IssuedApiKey } from '@tollgate/wire';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import { useKeyNames } from '../api/use-key-names.js';
import { callOperation } from '../api/call-operation.js';
import { useText } from '../i18n/use-text.js';
import { EmptyNotice } from '../page/empty-notice.js';
import { Page } from '../page/page.js';
import { PageSkeleton } from '../page/page-skeleton.js';
import { Panel } from '../page/panel.js';
import { useScope } from '../url/scope.js';
import { useLinkTo } from '../url/use-url-state.js';
import { draftOf, emptyKeyFields, type KeyFields } from './key-draft.js';
import { KeyForm } from './key-form.js';
import { KeyIssued } from './key-issued.js';

export default function KeyCreate() {
  const text = useText();
  const linkTo = useLinkTo();
  const queryClient = useQueryClient();
  const { organization, projectId } = useScope();
  const { projects, isLoading } = useKeyNames(organization.id);
  const [issued, setIssued] = useState<IssuedApiKey | null>(null);
  const project = projects.find(({ id }) => id === projectId) ?? projects[0];
  const create = async (fields: KeyFields): Promise<void> => {
    const params = { projectId: fields.projectId };
    setIssued(await callOperation('createApiKey', { params, body: draftOf(fields, Date.now()) }));
    await queryClient.invalidateQueries({ queryKey: ['api-keys'] });
  };
  if (issued !== null) return <KeyIssued issued={issued} title={text('keys.createdTitle')} />;
  return (
    <Page title={text('keys.create')} subtitle={text('keys.createLead')}>
      {project === undefined && isLoading && <PageSkeleton />}
      {project === undefined && !isLoading && <NoProject />}
      {project !== undefined && (
        <KeyForm
          initial={emptyKeyFields(project.id)}
          projects={projects}
          action={text('keys.create')}
          back={linkTo('/keys')}
          onSubmit={create}
        />
      )}
    </Page>
  );
}

function NoProject() {
  const text = useText();
  const linkTo = useLinkTo();
  return (
    <Panel title={text('keys.project')}>
      <EmptyNotice
        title={text('keys.noProject')}
        action={
          <Button variant="contained" component={Link} to={linkTo('/projects')}>
            {text('keys.toProjects')}
          </Button>
        }
      >
        {text('keys.noProjectHint')}
      </EmptyNotice>
    </Panel>
  );
}
