import { Box, Stack, Typography, type SxProps, type Theme } from '@mui/material';
import { useId, type ReactNode } from 'react';

interface PanelProps {
  readonly title: string;
  readonly hint?: string | undefined;
  readonly actions?: ReactNode;
  /** Tables reach to the edge, everything else keeps its distance. */
  readonly flush?: boolean;
  readonly sx?: SxProps<Theme>;
  readonly children: ReactNode;
}

/** A section of a page inside a hairline. */
export function Panel({ title, hint, actions, flush = false, sx, children }: PanelProps) {
  const id = useId();
  return (
    <Box
      component="section"
      aria-labelledby={id}
      sx={
        [
          {
            border: '1px solid',
            borderColor: 'divider',
            borderRadius: 1,
            bgcolor: 'background.paper',
            minWidth: 0,
            overflow: 'hidden',
          },
          ...(Array.isArray(sx) ? (sx as readonly SxProps<Theme>[]) : [sx]),
        ] as SxProps<Theme>
      }
    >
      <Stack
        direction="row"
        sx={{ alignItems: 'center', justifyContent: 'space-between', flexWrap: 'wrap', gap: 2, px: 4, pt: 3, pb: 2 }}
      >
        <Box>
          <Typography id={id} variant="h2" component="h2">
            {title}
          </Typography>
          {hint !== undefined && (
            <Typography variant="caption" component="p" sx={{ color: 'text.secondary', m: 0 }}>
              {hint}
            </Typography>
          )}
        </Box>
        {actions}
      </Stack>
      <Box sx={flush ? {} : { px: 4, pb: 4 }}>{children}</Box>
    </Box>
  );
}
