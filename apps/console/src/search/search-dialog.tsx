import { Autocomplete, Box, Dialog, TextField } from '@mui/material';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { useText } from '../i18n/use-text.js';
import { type Finding, useFindings } from './use-findings.js';

const MOST_SHOWN = 40;

/** Finds pages, keys, models, projects, and requests by their ids. */
export default function SearchDialog({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const findings = useFindings(typed);
  const shown = findings.filter((finding) => matches(finding, typed)).slice(0, MOST_SHOWN);
  return (
    <Dialog
      open
      onClose={onClose}
      fullWidth
      maxWidth="sm"
      aria-label={text('search.title')}
      sx={{ '& .MuiDialog-container': { alignItems: 'flex-start' } }}
    >
      <Autocomplete<Finding>
        open
        autoHighlight
        disablePortal
        options={shown}
        filterOptions={(all) => all}
        groupBy={({ kind }) => text(`search.${kind}`)}
        getOptionLabel={({ name }) => name}
        getOptionKey={({ address }) => address}
        value={null}
        inputValue={typed}
        onInputChange={(_event, value, reason) => {
          if (reason === 'input') setTyped(value);
        }}
        onChange={(_event, finding) => {
          if (finding === null) return;
          onClose();
          void navigate(finding.address);
        }}
        noOptionsText={text('search.nothing')}
        renderInput={(input) => (
          <TextField {...input} autoFocus label={text('search.title')} placeholder={text('search.hint')} />
        )}
        renderOption={({ key, ...option }, { name, detail }) => (
          <Box component="li" key={key} {...option} sx={{ display: 'flex', gap: 3 }}>
            <Box sx={{ flex: 1, overflowWrap: 'anywhere' }}>{name}</Box>
            {detail !== null && <Box sx={{ color: 'text.secondary', fontSize: '0.8125rem' }}>{detail}</Box>}
          </Box>
        )}
        slotProps={{
          popper: { sx: { position: 'static !important', transform: 'none !important', width: '100% !important' } },
        }}
        sx={{ p: 4, '& .MuiAutocomplete-paper': { boxShadow: 'none', border: 'none', mt: 2 } }}
        forcePopupIcon={false}
      />
    </Dialog>
  );
}

/** Every word that was typed, anywhere in the name. */
function matches({ name, detail, kind }: Finding, typed: string): boolean {
  if (kind === 'request') return true;
  const words = typed.toLowerCase().split(/\s+/);
  const haystack = `${name} ${detail ?? ''}`.toLowerCase();
  return words.every((word) => haystack.includes(word));
}
