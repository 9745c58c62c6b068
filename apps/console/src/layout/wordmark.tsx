import { Box, Stack, Typography } from '@mui/material';

export function Wordmark() {
  return (
    <Stack direction="row" sx={{ alignItems: 'center', gap: 2, pb: 4, pt: 1 }}>
      <Box component="img" src="/favicon.svg" alt="" sx={{ width: 22, height: 22 }} />
      <Typography sx={{ fontWeight: 600, letterSpacing: '-0.01em' }}>Tollgate</Typography>
    </Stack>
  );
}
