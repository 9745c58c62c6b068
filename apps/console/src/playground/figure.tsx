import { Box } from '@mui/material';
import type { ReactNode } from 'react';

/** One figure of a list of them: what it is, and how much. */
export function Figure({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div>
      <Box component="dt" sx={{ display: 'inline', color: 'text.secondary' }}>
        {label}
      </Box>{' '}
      <Box component="dd" sx={{ display: 'inline', m: 0 }}>
        {children}
      </Box>
    </div>
  );
}
