import AddPhotoAlternateOutlined from '@mui/icons-material/AddPhotoAlternateOutlined';
import { Alert, Box, Button, Chip, IconButton, Stack, TextField, Tooltip } from '@mui/material';
import { type KeyboardEvent, type RefObject, useRef, useState } from 'react';
import { useText } from '../i18n/use-text.js';
import type { Picture, Question } from './conversation.js';
import { type PictureProblem, readPicture } from './read-picture.js';

interface ComposerProps {
  readonly draft: Question;
  readonly onDraft: (draft: Question) => void;
  readonly isRunning: boolean;
  readonly maySend: boolean;
  readonly onSend: () => void;
  readonly onStop: () => void;
  readonly field: RefObject<HTMLTextAreaElement | null>;
}

interface Refused {
  readonly name: string;
  readonly problem: PictureProblem;
}

/** Where the next message is written. */
export function Composer({ draft, onDraft, isRunning, maySend, onSend, onStop, field }: ComposerProps) {
  const text = useText();
  const { refused, setRefused, addPictures } = usePictures(draft, onDraft);
  const send = (): void => {
    setRefused(null);
    onSend();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (maySend) send();
  };
  return (
    <Stack sx={{ gap: 2 }}>
      <TextField
        label={text('playground.message')}
        helperText={text('playground.messageHint')}
        multiline
        minRows={3}
        maxRows={12}
        value={draft.text}
        inputRef={field}
        onChange={({ target }) => onDraft({ ...draft, text: target.value })}
        onKeyDown={onKeyDown}
      />
      {refused !== null && (
        <Alert severity="warning" onClose={() => setRefused(null)}>
          {text(`playground.${refused.problem}`, { name: refused.name })}
        </Alert>
      )}
      <Stack direction="row" sx={{ gap: 2, flexWrap: 'wrap', alignItems: 'center' }}>
        <AttachButton onFiles={(files) => void addPictures(files)} />
        {draft.pictures.map((picture, index) => (
          <Chip
            key={`${picture.name} ${index}`}
            label={picture.name}
            slotProps={{ root: { 'aria-label': picture.name } }}
            onDelete={() => onDraft({ ...draft, pictures: draft.pictures.filter((_, at) => at !== index) })}
          />
        ))}
        <Box sx={{ flex: 1 }} />
        {isRunning ? (
          <Button variant="outlined" onClick={onStop}>
            {text('playground.stop')}
          </Button>
        ) : (
          <Button variant="contained" disabled={!maySend} onClick={send}>
            {text('playground.send')}
          </Button>
        )}
      </Stack>
    </Stack>
  );
}

interface Pictures {
  readonly refused: Refused | null;
  readonly setRefused: (refused: Refused | null) => void;
  readonly addPictures: (files: readonly File[]) => Promise<void>;
}

function usePictures(draft: Question, onDraft: (draft: Question) => void): Pictures {
  const [refused, setRefused] = useState<Refused | null>(null);
  const addPictures = async (files: readonly File[]): Promise<void> => {
    const added: Picture[] = [];
    setRefused(null);
    for (const file of files) {
      const picture = await readPicture(file);
      if (typeof picture === 'string') setRefused({ name: file.name, problem: picture });
      else added.push(picture);
    }
    onDraft({ ...draft, pictures: [...draft.pictures, ...added] });
  };
  return { refused, setRefused, addPictures };
}

function AttachButton({ onFiles }: { readonly onFiles: (files: readonly File[]) => void }) {
  const text = useText();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        accept="image/png,image/jpeg,image/gif,image/webp"
        multiple
        hidden
        data-testid="picture"
        onChange={({ target }) => {
          onFiles([...(target.files ?? [])]);
          // the same file can be chosen again
          target.value = '';
        }}
      />
      <Tooltip title={text('playground.attach')}>
        <IconButton aria-label={text('playground.attach')} onClick={() => input.current?.click()}>
          <AddPhotoAlternateOutlined sx={{ fontSize: 18 }} />
        </IconButton>
      </Tooltip>
    </>
  );
}
