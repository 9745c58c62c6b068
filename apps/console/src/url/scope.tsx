import type { Organization } from '@tollgate/wire';
import { createContext, useContext, useMemo, type ReactNode } from 'react';
import { isTimeZone } from '@tollgate/domain';
import { readTimeRange, type TimeRange } from './time-range.js';
import { useUrlState } from './use-url-state.js';
import { useMinute } from './use-minute.js';

/** What is being looked at: whose, of which project, when, and in which zone days are cut. */
export interface Scope {
  readonly organization: Organization;
  readonly organizations: readonly Organization[];
  readonly projectId: string | null;
  readonly zone: string;
  readonly range: TimeRange;
}

const ScopeContext = createContext<Scope | null>(null);

interface ScopeProviderProps {
  readonly organizations: readonly [Organization, ...Organization[]];
  readonly children: ReactNode;
}

/** Reads the scope from the address; what is missing there is the first organization, all its projects, its own zone. */
export function ScopeProvider({ organizations, children }: ScopeProviderProps) {
  const { get } = useUrlState();
  const now = useMinute();
  const organization = organizations.find(({ id }) => id === get('organization')) ?? organizations[0];
  const zone = knownZone(get('zone')) ?? organization.timeZone;
  const rangeName = get('range');
  const projectId = get('project');
  const scope = useMemo(
    () => ({ organization, organizations, projectId, zone, range: readTimeRange(rangeName, zone, now) }),
    [organization, organizations, projectId, zone, rangeName, now],
  );
  return <ScopeContext value={scope}>{children}</ScopeContext>;
}

export function useScope(): Scope {
  const scope = useContext(ScopeContext);
  if (scope === null) throw new Error('there is no scope above');
  return scope;
}

/** The zone in which times are told: that of the page's figures, or of this device where there are none. */
export function useZone(): string {
  return useContext(ScopeContext)?.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
}

const knownZone = (zone: string | null): string | null => (zone !== null && isTimeZone(zone) ? zone : null);
