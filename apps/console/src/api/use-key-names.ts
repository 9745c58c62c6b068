import { MAX_PAGE_SIZE, type ApiKey, type Project } from '@tollgate/wire';
import { useMemo } from 'react';
import { useList } from './use-list.js';

interface OrganizationKeys {
  readonly isLoading: boolean;
  readonly projects: readonly Project[];
  readonly keys: readonly ApiKey[];
  /** Names by id of project or key; the id itself of what is not known. */
  readonly nameOf: (id: string) => string;
}

/** The projects of an organization and their keys, to give ids their names. */
export function useKeyNames(organizationId: string): OrganizationKeys {
  const request = { filter: { organizationId }, sort: 'name', perPage: MAX_PAGE_SIZE };
  const projects = useList('projects', request).rows;
  const keys = useList('api-keys', request).rows;
  return useMemo(() => {
    const names = new Map([...(projects ?? []), ...(keys ?? [])].map(({ id, name }) => [id, name]));
    const isLoading = projects === undefined || keys === undefined;
    return { isLoading, projects: projects ?? [], keys: keys ?? [], nameOf: (id) => names.get(id) ?? id };
  }, [projects, keys]);
}
