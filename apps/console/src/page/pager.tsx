import { Button, Stack, Typography } from '@mui/material';
import { useText } from '../i18n/use-text.js';
import { useUrlState } from '../url/use-url-state.js';

/** The page of a list that the address names. */
export function usePageNumber(): number {
  const { get } = useUrlState();
  return Math.max(1, Math.trunc(Number(get('page') ?? '1')) || 1);
}

/** Lists go on from where they were; how many pages there are is nowhere counted. */
export function Pager({ hasNextPage }: { readonly hasNextPage: boolean }) {
  const text = useText();
  const { set } = useUrlState();
  const page = usePageNumber();
  if (page === 1 && !hasNextPage) return null;
  const go = (to: number) => () => set({ page: to === 1 ? null : String(to) });
  return (
    <Stack
      component="nav"
      aria-label={text('page.pages')}
      direction="row"
      sx={{
        justifyContent: 'flex-end',
        alignItems: 'center',
        gap: 2,
        p: 3,
        borderTop: '1px solid',
        borderColor: 'divider',
      }}
    >
      <Typography variant="body2" sx={{ color: 'text.secondary', mr: 2 }}>
        {text('page.number', { page })}
      </Typography>
      <Button variant="outlined" disabled={page === 1} onClick={go(page - 1)}>
        {text('page.newer')}
      </Button>
      <Button variant="outlined" disabled={!hasNextPage} onClick={go(page + 1)}>
        {text('page.older')}
      </Button>
    </Stack>
  );
}
