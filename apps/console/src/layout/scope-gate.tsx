import type { Organization } from '@tollgate/wire';
import type { ReactNode } from 'react';
import { useList } from '../api/use-list.js';
import { useText } from '../i18n/use-text.js';
import { EmptyNotice } from '../page/empty-notice.js';
import { ErrorNotice } from '../page/error-notice.js';
import { PageSkeleton } from '../page/page-skeleton.js';
import { useMe } from '../session/use-me.js';
import { ScopeProvider } from '../url/scope.js';

const MOST_ORGANIZATIONS = 200;

/** Pages are about an organization, and about what somebody may see of it: both are known before the first is shown. */
export function ScopeGate({ children }: { readonly children: ReactNode }) {
  const text = useText();
  const self = useMe();
  const { rows, error, refetch } = useList('organizations', { sort: 'createdAt', perPage: MOST_ORGANIZATIONS });
  const failure = self.error ?? error;
  if (rows === undefined || self.me === undefined) {
    if (failure === null) return <PageSkeleton />;
    return <ErrorNotice error={failure} onRetry={self.error === null ? refetch : self.refetch} />;
  }
  if (!hasAny(rows)) {
    return <EmptyNotice title={text('page.noOrganization')}>{text('page.noOrganizationHint')}</EmptyNotice>;
  }
  return <ScopeProvider organizations={rows}>{children}</ScopeProvider>;
}

const hasAny = (rows: readonly Organization[]): rows is readonly [Organization, ...Organization[]] => rows.length > 0;
