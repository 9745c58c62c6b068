import {
  Box,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  MenuItem,
  Tab,
  Tabs,
  TextField,
} from '@mui/material';
import { useId, useState } from 'react';
import { useText } from '../i18n/use-text.js';
import { type Language, LANGUAGES } from '../keys/snippets.js';
import { CopyButton } from '../page/copy-text.js';
import { MONO } from '../theme/theme.js';
import { snippetOf } from './code-snippets.js';
import type { ClientDialect } from './request-body.js';
import type { NextRequest } from './use-requests.js';

interface CodeDialogProps {
  readonly dialect: ClientDialect;
  /** One for each column. */
  readonly requests: readonly NextRequest[];
  readonly onClose: () => void;
}

/** The request that would be sent now, for a program that does the same. */
export function CodeDialog({ dialect, requests, onClose }: CodeDialogProps) {
  const text = useText();
  const titleId = useId();
  const [language, setLanguage] = useState<Language>('curl');
  const [column, setColumn] = useState(0);
  const body = requests[column]?.body ?? {};
  const snippet = snippetOf(language, { dialect, body, origin: window.location.origin });
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="md" aria-labelledby={titleId}>
      <DialogTitle id={titleId} sx={{ fontSize: '1rem', fontWeight: 600 }}>
        {text('playground.showCode')}
      </DialogTitle>
      <DialogContent>
        <Tabs
          value={language}
          onChange={(_event, next: Language) => setLanguage(next)}
          aria-label={text('playground.language')}
          sx={{ borderBottom: '1px solid', borderColor: 'divider' }}
        >
          {LANGUAGES.map((name) => (
            <Tab key={name} value={name} label={name} />
          ))}
        </Tabs>
        {requests.length > 1 && (
          <TextField
            select
            label={text('playground.model')}
            value={column}
            onChange={({ target }) => setColumn(Number(target.value))}
            sx={{ mt: 4 }}
          >
            {requests.map(({ model }, index) => (
              <MenuItem key={index} value={index}>
                {model}
              </MenuItem>
            ))}
          </TextField>
        )}
        <Box sx={{ position: 'relative' }}>
          <Box component="pre" tabIndex={0} data-testid="code" sx={CODE}>
            {snippet}
          </Box>
          <Box sx={{ position: 'absolute', top: 8, right: 8, bgcolor: 'background.paper', borderRadius: 1 }}>
            <CopyButton value={snippet} />
          </Box>
        </Box>
      </DialogContent>
      <DialogActions sx={{ px: 6, pb: 5 }}>
        <Button onClick={onClose}>{text('page.close')}</Button>
      </DialogActions>
    </Dialog>
  );
}

const CODE = {
  m: 0,
  py: 4,
  pr: 10,
  fontFamily: MONO,
  fontSize: '0.8125rem',
  lineHeight: 1.6,
  overflowX: 'auto',
} as const;
