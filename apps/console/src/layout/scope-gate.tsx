import { Button } from '@mui/material';
import type { Me, Organization } from '@tollgate/wire';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'react-router-dom';
import { useList } from '../api/use-list.js';
import { useText } from '../i18n/use-text.js';
import { ErrorNotice } from '../page/error-notice.js';
import { Page } from '../page/page.js';
import { PageSkeleton } from '../page/page-skeleton.js';
import { useMe } from '../session/use-me.js';
import { ScopeProvider } from '../url/scope.js';
import { useUrlState } from '../url/use-url-state.js';
import { Outside } from './outside.js';

const MOST_ORGANIZATIONS = 200;
export const ACCOUNT_PATH = '/account';

interface ScopeGateProps {
  readonly children: ReactNode;
  /** A page that is about nothing but the person. */
  readonly personal: ReactNode;
}

/** Pages are about an organization, and about what somebody may see of it: both are known before the first is shown. */
export function ScopeGate({ children, personal }: ScopeGateProps) {
  const { get } = useUrlState();
  const { pathname } = useLocation();
  const self = useMe();
  const { rows, error, refetch } = useList('organizations', {
    sort: 'createdAt',
    perPage: MOST_ORGANIZATIONS,
    enabled: self.me !== undefined && belongsSomewhere(self.me),
  });
  if (self.me !== undefined && !belongsSomewhere(self.me)) {
    return <Outside>{pathname === ACCOUNT_PATH ? personal : <NoMembership me={self.me} />}</Outside>;
  }
  const named = get('organization');
  if (self.me !== undefined && named !== null && !mayLookAt(self.me, named)) {
    return (
      <Outside>
        <ForeignOrganization />
      </Outside>
    );
  }
  const failure = self.error ?? error;
  if (rows === undefined || self.me === undefined) {
    if (failure === null) return <PageSkeleton />;
    return <ErrorNotice error={failure} onRetry={self.error === null ? refetch : self.refetch} />;
  }
  if (!hasAny(rows)) return <Outside>{pathname === ACCOUNT_PATH ? personal : <NoOrganization />}</Outside>;
  return <ScopeProvider organizations={rows}>{children}</ScopeProvider>;
}

const belongsSomewhere = ({ operator, organizations }: Me): boolean => operator || organizations.length > 0;

const mayLookAt = ({ operator, organizations }: Me, organization: string): boolean =>
  operator || organizations.some(({ id }) => id === organization);

const hasAny = (rows: readonly Organization[]): rows is readonly [Organization, ...Organization[]] => rows.length > 0;

function NoOrganization() {
  const text = useText();
  return <Alone title={text('page.noOrganization')} hint={text('page.noOrganizationHint')} />;
}

function NoMembership({ me }: { readonly me: Me }) {
  const text = useText();
  const hint = text('page.noMembershipHint', { email: me.user?.email ?? '' });
  return <Alone title={text('page.noMembership')} hint={hint} />;
}

/** The address names an organization that does not exist, or that one does not belong to. */
function ForeignOrganization() {
  const text = useText();
  return (
    <Alone title={text('page.foreignOrganization')} hint={text('page.foreignOrganizationHint')}>
      <Button variant="contained" component={Link} to="/">
        {text('page.toOwnOrganization')}
      </Button>
    </Alone>
  );
}

interface AloneProps {
  readonly title: string;
  readonly hint: string;
  readonly children?: ReactNode;
}

/** Says why there is nothing to look at. */
function Alone({ title, hint, children }: AloneProps) {
  return (
    <Page title={title} subtitle={hint}>
      {children}
    </Page>
  );
}
