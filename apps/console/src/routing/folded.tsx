import ExpandMore from '@mui/icons-material/ExpandMore';
import { Accordion, AccordionDetails, AccordionSummary, Box, Typography } from '@mui/material';
import type { ReactNode } from 'react';

interface FoldedProps {
  readonly title: string;
  readonly hint: string;
  /** Open at first where something is filled in. */
  readonly isOpen: boolean;
  readonly children: ReactNode;
}

/** A section that few need, and that stays out of the way of the others. */
export function Folded({ title, hint, isOpen, children }: FoldedProps) {
  return (
    <Accordion defaultExpanded={isOpen} disableGutters elevation={0} sx={FOLDED}>
      <AccordionSummary expandIcon={<ExpandMore />} sx={{ px: 4 }}>
        <Box>
          <Typography variant="h2" component="h2">
            {title}
          </Typography>
          <Typography variant="caption" component="p" sx={{ color: 'text.secondary', m: 0 }}>
            {hint}
          </Typography>
        </Box>
      </AccordionSummary>
      <AccordionDetails sx={{ px: 4, pb: 4, pt: 1 }}>{children}</AccordionDetails>
    </Accordion>
  );
}

const FOLDED = {
  border: '1px solid',
  borderColor: 'divider',
  borderRadius: 1,
  bgcolor: 'background.paper',
  backgroundImage: 'none',
  '&::before': { display: 'none' },
} as const;
