import { Box } from '@mui/material';
import type { ReactNode } from 'react';

/** Stands in a small table that has no rows. */
export function TableNote({ children }: { readonly children: ReactNode }) {
  return <Box sx={{ px: 4, pb: 4, color: 'text.secondary', fontSize: '0.8125rem' }}>{children}</Box>;
}
