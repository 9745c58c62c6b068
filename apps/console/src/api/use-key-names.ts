import { useQueries } from '@tanstack/react-query';
import { MAX_PAGE_SIZE, type ApiKey, type Project } from '@tollgate/wire';
import { useMemo } from 'react';
import { callOperation } from './call-operation.js';
import { useList } from './use-list.js';

interface OrganizationKeys {
  readonly projects: readonly Project[];
  readonly keys: readonly ApiKey[];
  /** Names by id of project or key; the id itself of what is not known. */
  readonly nameOf: (id: string) => string;
  readonly isPending: boolean;
}

/** The projects of an organization and their keys, to give ids their names. */
export function useKeyNames(organizationId: string): OrganizationKeys {
  const projects = useList('projects', { filter: { organizationId }, sort: 'name', perPage: MAX_PAGE_SIZE });
  const pages = useQueries({
    queries: (projects.rows ?? []).map(({ id }) => ({
      queryKey: ['listApiKeys', id],
      queryFn: () =>
        callOperation('listApiKeys', { params: { projectId: id }, query: { limit: String(MAX_PAGE_SIZE) } }),
    })),
    combine: (results) => ({
      keys: results.flatMap(({ data }) => data?.data ?? []),
      isPending: results.some((result) => result.isPending),
    }),
  });
  return useMemo(() => {
    const rows = projects.rows ?? [];
    const names = new Map([...rows, ...pages.keys].map(({ id, name }) => [id, name]));
    return {
      projects: rows,
      keys: pages.keys,
      nameOf: (id) => names.get(id) ?? id,
      isPending: projects.isPending || pages.isPending,
    };
  }, [projects, pages]);
}
