import { MAX_PAGE_SIZE } from '@tollgate/wire';
import { useList } from '../api/use-list.js';
import { useUsableModels } from '../models/usable-models.js';
import { useMe } from '../session/use-me.js';
import { useScope } from '../url/scope.js';

/** What clients of the organization can name: its routes, then the models that deployments serve. */
export function useCallableNames(): readonly string[] {
  const { organization } = useScope();
  const { mayCall } = useMe();
  const { models } = useUsableModels();
  const routes = useList('routes', {
    filter: { organizationId: organization.id },
    sort: 'name',
    perPage: MAX_PAGE_SIZE,
    enabled: mayCall('listRoutes'),
  });
  return [...new Set([...(routes.rows ?? []).map(({ name }) => name), ...models.map(({ name }) => name)])];
}
