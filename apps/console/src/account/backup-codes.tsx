import { Alert, Box, Button, Stack } from '@mui/material';
import { useText } from '../i18n/use-text.js';
import { CopyButton } from '../page/copy-text.js';
import { saveFile } from '../page/save-file.js';
import { MONO } from '../theme/theme.js';

/** Each opens once what the phone would open. They are shown this once. */
export function BackupCodes({ codes }: { readonly codes: readonly string[] }) {
  const text = useText();
  const lines = codes.join('\n');
  return (
    <Stack sx={{ gap: 4 }}>
      <Alert severity="warning">{text('account.codesOnce')}</Alert>
      <Box component="ul" aria-label={text('account.codes')} sx={CODES}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </Box>
      <Stack direction="row" sx={{ gap: 2, alignItems: 'center' }}>
        <Button variant="outlined" onClick={() => saveLines('tollgate-backup-codes.txt', lines)}>
          {text('account.download')}
        </Button>
        <CopyButton value={lines} />
      </Stack>
    </Stack>
  );
}

function saveLines(name: string, lines: string): void {
  const url = URL.createObjectURL(new Blob([`${lines}\n`], { type: 'text/plain' }));
  saveFile(url, name);
  URL.revokeObjectURL(url);
}

const CODES = {
  m: 0,
  p: 4,
  listStyle: 'none',
  display: 'grid',
  gridTemplateColumns: '1fr 1fr',
  rowGap: 2,
  fontFamily: MONO,
  fontSize: '0.875rem',
  border: '1px solid',
  borderColor: 'divider',
  borderRadius: 1,
} as const;
