import Search from '@mui/icons-material/Search';
import { InputAdornment, TextField } from '@mui/material';
import { useEffect, useState } from 'react';
import { useUrlState } from '../url/use-url-state.js';

const PAUSE_MS = 250;

/** Narrows a list by a part of its names, once somebody has stopped typing. */
export function SearchField({ label }: { readonly label: string }) {
  const { get, set } = useUrlState();
  const sought = get('search') ?? '';
  const [typed, setTyped] = useState(sought);
  useEffect(() => {
    if (typed === sought) return undefined;
    const timer = setTimeout(() => set({ search: typed.trim() }), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, sought, set]);
  return (
    <TextField
      type="search"
      placeholder={label}
      value={typed}
      onChange={({ target }) => setTyped(target.value)}
      sx={{ width: { xs: '100%', sm: 260 } }}
      slotProps={{
        htmlInput: { 'aria-label': label },
        input: {
          startAdornment: (
            <InputAdornment position="start">
              <Search sx={{ fontSize: 18 }} />
            </InputAdornment>
          ),
        },
      }}
    />
  );
}
