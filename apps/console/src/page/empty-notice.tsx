import { Box, Typography } from '@mui/material';
import type { ReactNode } from 'react';

interface EmptyNoticeProps {
  readonly title: string;
  /** What will be here. */
  readonly children: ReactNode;
  /** The one next thing to do. */
  readonly action?: ReactNode;
}

export function EmptyNotice({ title, children, action }: EmptyNoticeProps) {
  return (
    <Box sx={{ px: 6, py: 10, textAlign: 'center' }}>
      <Typography sx={{ fontWeight: 500, mb: 1 }}>{title}</Typography>
      <Typography variant="body2" sx={{ color: 'text.secondary', maxWidth: 440, mx: 'auto' }}>
        {children}
      </Typography>
      {action !== undefined && <Box sx={{ mt: 4 }}>{action}</Box>}
    </Box>
  );
}
