import { Box, Tab, Tabs } from '@mui/material';
import type { OperationId } from '@tollgate/wire';
import { lazy, Suspense, type ComponentType } from 'react';
import { useText } from '../i18n/use-text.js';
import { Page } from '../page/page.js';
import { PageSkeleton } from '../page/page-skeleton.js';
import { useMe } from '../session/use-me.js';
import { useUrlState } from '../url/use-url-state.js';

interface Section {
  readonly name: 'organization' | 'sign-on' | 'tokens' | 'installation';
  /** Who may call it sees the section. */
  readonly operation: OperationId;
  readonly content: ComponentType;
}

const SECTIONS: readonly Section[] = [
  {
    name: 'organization',
    operation: 'updateOrganization',
    content: lazy(() => import('./organization-settings.js')),
  },
  { name: 'sign-on', operation: 'listSsoConnections', content: lazy(() => import('./sso-connections.js')) },
  { name: 'tokens', operation: 'listManagementTokens', content: lazy(() => import('./management-tokens.js')) },
  {
    name: 'installation',
    operation: 'readInstallation',
    content: lazy(() => import('./installation-settings.js')),
  },
];

/** How an organization is set up; for the operator, the installation besides. */
export default function Settings() {
  const text = useText();
  const { get, set } = useUrlState();
  const { mayCall } = useMe();
  const sections = SECTIONS.filter(({ operation }) => mayCall(operation));
  const current = sections.find(({ name }) => name === get('section')) ?? sections[0];
  if (current === undefined) return null;
  const Content = current.content;
  return (
    <Page title={text('settings.title')}>
      <Box sx={{ borderBottom: '1px solid', borderColor: 'divider', mb: 5 }}>
        <Tabs
          value={current.name}
          onChange={(_event, name: string) => set({ section: name })}
          variant="scrollable"
          allowScrollButtonsMobile
          aria-label={text('settings.sections')}
        >
          {sections.map(({ name }) => (
            <Tab key={name} value={name} label={text(`settings.section.${name}`)} />
          ))}
        </Tabs>
      </Box>
      <Suspense fallback={<PageSkeleton />}>
        <Content />
      </Suspense>
    </Page>
  );
}
