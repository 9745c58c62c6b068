import { Box, Drawer } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import { Suspense, useEffect, useState } from 'react';
import { useLogout, type LayoutProps } from 'react-admin';
import { useLocation } from 'react-router-dom';
import { ApiError } from '../api/api-error.js';
import { useText } from '../i18n/use-text.js';
import { PageBoundary } from '../page/page-boundary.js';
import { PageSkeleton } from '../page/page-skeleton.js';
import { Notices } from './notices.js';
import { Rail } from './rail.js';
import { ScopeGate } from './scope-gate.js';
import { TopBar } from './top-bar.js';

/** What stands around every page of somebody who is signed in. */
export function Layout({ children }: LayoutProps) {
  const text = useText();
  const { pathname } = useLocation();
  const [isMenuOpen, setMenuOpen] = useState(false);
  useEndOfSession();
  return (
    <ScopeGate personal={<Suspense fallback={<PageSkeleton />}>{children}</Suspense>}>
      <Box component="a" href="#content" sx={SKIP_LINK}>
        {text('navigation.skip')}
      </Box>
      <Box sx={{ display: 'flex', minHeight: '100vh' }}>
        <Box sx={RAIL}>
          <Rail />
        </Box>
        <Drawer open={isMenuOpen} onClose={() => setMenuOpen(false)}>
          <Rail onNavigate={() => setMenuOpen(false)} />
        </Drawer>
        <Box sx={{ flex: 1, minWidth: 0 }}>
          <TopBar onOpenMenu={() => setMenuOpen(true)} />
          <Box component="main" id="content" tabIndex={-1} sx={{ outline: 'none' }}>
            <PageBoundary key={pathname}>
              <Suspense fallback={<PageSkeleton />}>{children}</Suspense>
            </PageBoundary>
          </Box>
        </Box>
      </Box>
      <Notices />
    </ScopeGate>
  );
}

/** Whatever answers that nobody is signed in ends the session here as well. */
function useEndOfSession(): void {
  const queryClient = useQueryClient();
  const logout = useLogout();
  useEffect(
    () =>
      queryClient.getQueryCache().subscribe((event) => {
        if (event.type !== 'updated' || event.action.type !== 'error') return;
        const error: unknown = event.action.error;
        if (error instanceof ApiError && error.status === 401) void logout();
      }),
    [queryClient, logout],
  );
}

const RAIL = {
  display: { xs: 'none', md: 'block' },
  borderRight: '1px solid',
  borderColor: 'divider',
  position: 'sticky',
  top: 0,
  height: '100vh',
  overflowY: 'auto',
  flexShrink: 0,
} as const;

const SKIP_LINK = {
  position: 'absolute',
  left: -9999,
  '&:focus': { left: 8, top: 8, zIndex: 2000, bgcolor: 'background.paper', p: 2 },
} as const;
