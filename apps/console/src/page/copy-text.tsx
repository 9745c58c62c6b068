import Check from '@mui/icons-material/Check';
import ContentCopy from '@mui/icons-material/ContentCopy';
import { Box, IconButton } from '@mui/material';
import { useState } from 'react';
import { Mono } from '../figures/figures.js';
import { useText } from '../i18n/use-text.js';

const SHOWN_MS = 2_000;

/** Something that is pasted elsewhere: an id, a secret, a command. */
export function CopyText({ value }: { readonly value: string }) {
  return (
    <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: 0.5, minWidth: 0 }}>
      <Mono>{value}</Mono>
      <CopyButton value={value} />
    </Box>
  );
}

export function CopyButton({ value }: { readonly value: string }) {
  const text = useText();
  const [isCopied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await copyText(value);
    setCopied(true);
    setTimeout(() => setCopied(false), SHOWN_MS);
  };
  return (
    <IconButton aria-label={text(isCopied ? 'page.copied' : 'page.copy')} onClick={() => void copy()}>
      {isCopied ? <Check sx={{ fontSize: 15 }} color="success" /> : <ContentCopy sx={{ fontSize: 15 }} />}
    </IconButton>
  );
}

/** Browsers hand the clipboard out on secure origins only; an installation without TLS has the old way. */
async function copyText(value: string): Promise<void> {
  if (window.isSecureContext) return navigator.clipboard.writeText(value);
  const field = document.createElement('textarea');
  field.value = value;
  document.body.append(field);
  field.select();
  document.execCommand('copy');
  field.remove();
}
