import { Box } from '@mui/material';
import type { ReactNode } from 'react';
import { AccountMenu } from './account-menu.js';
import { Notices } from './notices.js';
import { Wordmark } from './wordmark.js';

/** What stands around the pages of somebody who belongs to no organization: only who is signed in. */
export function Outside({ children }: { readonly children: ReactNode }) {
  return (
    <>
      <Box component="header" sx={BAR}>
        <Box sx={{ pt: 3 }}>
          <Wordmark />
        </Box>
        <AccountMenu />
      </Box>
      <Box component="main">{children}</Box>
      <Notices />
    </>
  );
}

const BAR = {
  display: 'flex',
  alignItems: 'center',
  justifyContent: 'space-between',
  height: 52,
  px: { xs: 3, sm: 6 },
  borderBottom: '1px solid',
  borderColor: 'divider',
} as const;
