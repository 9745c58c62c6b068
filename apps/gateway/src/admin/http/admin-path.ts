import { API_PREFIX } from '@tollgate/wire';

export function isAdminPath(path: string): boolean {
  return path === API_PREFIX || path.startsWith(`${API_PREFIX}/`);
}
