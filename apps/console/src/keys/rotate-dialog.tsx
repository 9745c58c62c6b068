import { Box, MenuItem, TextField } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import type { ApiKey, IssuedApiKey } from '@tollgate/wire';
import { useState } from 'react';
import { callOperation } from '../api/call-operation.js';
import { useText } from '../i18n/use-text.js';
import { Question } from '../page/question.js';

const OVERLAPS = [0, 3_600, 86_400, 604_800] as const;
const DAY_SECONDS: (typeof OVERLAPS)[number] = 86_400;

interface RotateDialogProps {
  readonly apiKey: ApiKey;
  readonly onClose: () => void;
  readonly onIssued: (issued: IssuedApiKey) => void;
}

export function RotateDialog({ apiKey, onClose, onIssued }: RotateDialogProps) {
  const text = useText();
  const queryClient = useQueryClient();
  const [overlap, setOverlap] = useState<(typeof OVERLAPS)[number]>(DAY_SECONDS);
  const rotate = async (): Promise<void> => {
    const issued = await callOperation('rotateApiKey', {
      params: { apiKeyId: apiKey.id },
      body: { overlapSeconds: overlap },
    });
    await queryClient.invalidateQueries();
    onIssued(issued);
  };
  return (
    <Question
      title={text('keys.rotateTitle', { name: apiKey.name })}
      action={text('keys.rotateAction')}
      onConfirm={rotate}
      onClose={onClose}
    >
      <Box component="p" sx={{ mt: 0, color: 'text.secondary' }}>
        {text('keys.rotateHint')}
      </Box>
      <TextField
        select
        label={text('keys.overlap')}
        value={overlap}
        onChange={({ target }) =>
          setOverlap(OVERLAPS.find((seconds) => seconds === Number(target.value)) ?? DAY_SECONDS)
        }
        sx={{ mt: 2 }}
      >
        {OVERLAPS.map((seconds) => (
          <MenuItem key={seconds} value={seconds}>
            {text(`keys.overlap${seconds}`)}
          </MenuItem>
        ))}
      </TextField>
    </Question>
  );
}
