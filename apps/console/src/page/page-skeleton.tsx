import { Box, Skeleton } from '@mui/material';

/** The shape of a page that is on its way. */
export function PageSkeleton() {
  return (
    <Box sx={{ maxWidth: 1360, mx: 'auto', p: 6 }} aria-busy="true">
      <Skeleton variant="text" width={180} height={32} sx={{ mb: 5 }} />
      <Skeleton variant="rounded" height={96} sx={{ mb: 4 }} />
      <Skeleton variant="rounded" height={320} />
    </Box>
  );
}
