import Search from '@mui/icons-material/Search';
import { Box, ButtonBase } from '@mui/material';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useText } from '../i18n/use-text.js';

const SearchDialog = lazy(() => import('./search-dialog.js'));

const isMac = /mac|iphone|ipad/i.test(navigator.userAgent);

/** Opens the search, from the keyboard too. */
export function SearchButton() {
  const text = useText();
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(isMac ? event.metaKey : event.ctrlKey)) return;
      event.preventDefault();
      setOpen(true);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
  return (
    <>
      <ButtonBase aria-label={text('search.open')} onClick={() => setOpen(true)} sx={BUTTON}>
        <Search sx={{ fontSize: 18 }} />
        <Box component="kbd" sx={{ display: { xs: 'none', md: 'inline' }, font: 'inherit', fontSize: '0.75rem' }}>
          {isMac ? '⌘K' : 'Ctrl K'}
        </Box>
      </ButtonBase>
      {isOpen && (
        <Suspense fallback={null}>
          <SearchDialog onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}

const BUTTON = {
  gap: 2,
  height: 32,
  px: 2,
  borderRadius: 1,
  color: 'text.secondary',
  '&:hover': { bgcolor: 'action.hover' },
} as const;
