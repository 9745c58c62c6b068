import { Box, Typography } from '@mui/material';
import { useEffect, type ReactNode } from 'react';
import { Wordmark } from '../layout/wordmark.js';

interface EntranceProps {
  readonly title: string;
  readonly lead: string;
  readonly children: ReactNode;
}

/**
 * What somebody sees before being signed in: one column, one thing to do. It stands at a height of its own and is not
 * centred, or whatever is known a moment later would move the fields.
 */
export function Entrance({ title, lead, children }: EntranceProps) {
  useEffect(() => {
    document.title = `${title} · Tollgate`;
  }, [title]);
  return (
    <Box
      component="main"
      sx={{ minHeight: '100vh', display: 'grid', justifyItems: 'center', p: 4, pt: { xs: 8, sm: '16vh' } }}
    >
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
