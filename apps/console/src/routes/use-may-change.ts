import type { Route } from '@tollgate/wire';
import { useMe } from '../session/use-me.js';

/** Whether a route can be changed here: one of every organization is the operator's, one of the file is changed there. */
export function useMayChange(): (route: Pick<Route, 'organizationId' | 'source'>) => boolean {
  const { me, mayCall } = useMe();
  return ({ organizationId, source }) =>
    mayCall('updateRoute') && source !== 'file' && (organizationId !== null || me?.operator === true);
}
