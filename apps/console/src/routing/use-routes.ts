import { MAX_PAGE_SIZE, type Route } from '@tollgate/wire';
import { type List, useList } from '../api/use-list.js';
import { useMe } from '../session/use-me.js';
import { useScope } from '../url/scope.js';

/**
 * The routes that hold for the organization that is looked at: its own, and for the operator those of every organization,
 * which the API tells nobody else.
 */
export function useRoutes(): List<Route> {
  const { organization } = useScope();
  const { me, mayCall } = useMe();
  const list = useList('routes', {
    filter: me?.operator === true ? {} : { organizationId: organization.id },
    sort: 'name',
    perPage: MAX_PAGE_SIZE,
    enabled: mayCall('listRoutes'),
  });
  const holds = ({ organizationId }: Route): boolean => organizationId === null || organizationId === organization.id;
  return { ...list, rows: list.rows?.filter(holds) };
}
