import type { ReactNode } from 'react';
import type { Organization } from '@tollgate/wire';
import { useList } from '../api/use-list.js';
import { useText } from '../i18n/use-text.js';
import { EmptyNotice } from '../page/empty-notice.js';
import { ErrorNotice } from '../page/error-notice.js';
import { PageSkeleton } from '../page/page-skeleton.js';
import { ScopeProvider } from '../url/scope.js';

const MOST_ORGANIZATIONS = 200;

/** Pages are about an organization: without one there is nothing to show yet. */
export function ScopeGate({ children }: { readonly children: ReactNode }) {
  const text = useText();
  const { rows, error, refetch } = useList('organizations', { sort: 'createdAt', perPage: MOST_ORGANIZATIONS });
  if (rows === undefined) return error === null ? <PageSkeleton /> : <ErrorNotice error={error} onRetry={refetch} />;
  if (!hasAny(rows)) {
    return <EmptyNotice title={text('page.noOrganization')}>{text('page.noOrganizationHint')}</EmptyNotice>;
  }
  return <ScopeProvider organizations={rows}>{children}</ScopeProvider>;
}

const hasAny = (rows: readonly Organization[]): rows is readonly [Organization, ...Organization[]] => rows.length > 0;
