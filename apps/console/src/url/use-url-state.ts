import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router-dom';

/** What stays the same from page to page. */
const CARRIED = ['organization', 'project', 'range', 'zone'] as const;

export interface UrlState {
  readonly get: (name: string) => string | null;
  /** Changes what is named; null and the empty text remove. A change starts lists at their first page again. */
  readonly set: (changes: Readonly<Record<string, string | null>>) => void;
}

/** The state of a page is its address: it can be reloaded, sent to a colleague, and gone back from. */
export function useUrlState(): UrlState {
  const [search, setSearch] = useSearchParams();
  const set = useCallback(
    (changes: Readonly<Record<string, string | null>>) =>
      setSearch((before) => {
        const after = new URLSearchParams(before);
        if (!('page' in changes)) after.delete('page');
        for (const [name, value] of Object.entries(changes)) {
          if (value === null || value === '') after.delete(name);
          else after.set(name, value);
        }
        return after;
      }),
    [setSearch],
  );
  return useMemo(() => ({ get: (name) => search.get(name), set }), [search, set]);
}

export type LinkTo = (path: string, parameters?: Readonly<Record<string, string | null | undefined>>) => string;

/** Addresses of other pages, with the organization, project, range and zone that are being looked at. */
export function useLinkTo(): LinkTo {
  const [search] = useSearchParams();
  return useCallback(
    (path, parameters = {}) => {
      const target = new URLSearchParams();
      for (const name of CARRIED) {
        const value = search.get(name);
        if (value !== null) target.set(name, value);
      }
      for (const [name, value] of Object.entries(parameters)) {
        if (value === null || value === undefined) target.delete(name);
        else target.set(name, value);
      }
      const text = target.toString();
      return text === '' ? path : `${path}?${text}`;
    },
    [search],
  );
}
