import { Box, Typography } from '@mui/material';
import { useEffect, type ReactNode } from 'react';
import { Wordmark } from '../layout/wordmark.js';

interface EntranceProps {
  readonly title: string;
  readonly lead: string;
  readonly children: ReactNode;
}

/** What somebody sees before being signed in: one column, one thing to do. */
export function Entrance({ title, lead, children }: EntranceProps) {
  useEffect(() => {
    document.title = `${title} · Tollgate`;
  }, [title]);
  return (
    <Box component="main" sx={{ minHeight: '100vh', display: 'grid', placeItems: 'center', p: 4 }}>
      <Box sx={{ width: '100%', maxWidth: 380 }}>
        <Wordmark />
        <Typography variant="h1" component="h1" sx={{ mb: 1 }}>
          {title}
        </Typography>
        <Typography sx={{ color: 'text.secondary', mb: 5 }}>{lead}</Typography>
        {children}
      </Box>
    </Box>
  );
}
