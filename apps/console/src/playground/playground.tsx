import type { Project } from '@tollgate/wire';
import { useList } from '../api/use-list.js';
import { useText } from '../i18n/use-text.js';
import { useUsableModels, type UsableModel } from '../models/usable-models.js';
import { EmptyNotice } from '../page/empty-notice.js';
import { ErrorNotice } from '../page/error-notice.js';
import { Frame } from '../page/frame.js';
import { Page } from '../page/page.js';
import { PageSkeleton } from '../page/page-skeleton.js';
import { WayButton } from '../page/way-button.js';
import { useScope } from '../url/scope.js';
import { Workbench } from './workbench.js';

/** Where models are tried out, through the same gate that programs go through. */
export default function Playground() {
  const text = useText();
  const { organization, projectId } = useScope();
  const { models, isPending } = useUsableModels();
  const projects = useList('projects', { filter: { organizationId: organization.id } });
  if (projects.error !== null) {
    return (
      <Page title={text('playground.title')}>
        <ErrorNotice error={projects.error} onRetry={projects.refetch} />
      </Page>
    );
  }
  if (isPending || projects.rows === undefined) return <PageSkeleton />;
  const project = projects.rows.find(({ id }) => id === projectId) ?? projects.rows[0];
  return <Ready models={chatModels(models)} project={project} />;
}

interface ReadyProps {
  readonly models: readonly UsableModel[];
  readonly project: Project | undefined;
}

function Ready({ models, project }: ReadyProps) {
  const text = useText();
  if (project !== undefined && models.length > 0)
    return <Workbench key={project.id} models={models} project={project} />;
  return (
    <Page title={text('playground.title')}>
      <Frame>
        {project === undefined ? (
          <EmptyNotice title={text('playground.noProject')}>{text('playground.noProjectHint')}</EmptyNotice>
        ) : (
          <EmptyNotice
            title={text('playground.noModels')}
            action={
              <WayButton to="/providers" operation="createProviderCredential" variant="outlined">
                {text('playground.toProviders')}
              </WayButton>
            }
          >
            {text('playground.noModelsHint')}
          </EmptyNotice>
        )}
      </Frame>
    </Page>
  );
}

/** Models that answer conversations; nothing is assumed of those whose features are not known. */
function chatModels(models: readonly UsableModel[]): readonly UsableModel[] {
  return models.filter(({ model }) => model.features.length === 0 || model.features.includes('chat'));
}
