import { Box } from '@mui/material';
import type { ReactNode } from 'react';

/** The hairline around a table that is the page. */
export function Frame({ children }: { readonly children: ReactNode }) {
  return <Box sx={FRAME}>{children}</Box>;
}

const FRAME = {
  border: '1px solid',
  borderColor: 'divider',
  borderRadius: 1,
  bgcolor: 'background.paper',
  '& thead th': { borderTop: 0 },
} as const;
