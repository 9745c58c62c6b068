import { Box } from '@mui/material';
import type { ReactNode } from 'react';

/** What stands in a table's place where it has no rows. */
export function PanelNote({ children }: { readonly children: ReactNode }) {
  return <Box sx={{ px: 4, pb: 4, color: 'text.secondary', fontSize: '0.8125rem' }}>{children}</Box>;
}
