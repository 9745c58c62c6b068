import { Box, Button } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import type { ConnectionTest, ProviderCredential } from '@tollgate/wire';
import { callOperation } from '../api/call-operation.js';
import { formatDuration } from '../figures/format-quantities.js';
import { useText, type Text } from '../i18n/use-text.js';

interface ConnectionTestButtonProps {
  readonly credential: ProviderCredential;
  readonly label: string;
}

/** Tries whether the provider takes the credential; costs nothing. */
export function ConnectionTestButton({ credential, label }: ConnectionTestButtonProps) {
  const text = useText();
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: () => callOperation('testConnection', { params: { providerCredentialId: credential.id } }),
  });
  return (
    <Box sx={{ display: 'inline-flex', alignItems: 'center', gap: 2, flexWrap: 'wrap', justifyContent: 'flex-end' }}>
      <Box role="status" sx={{ color: data?.ok === true ? 'success.main' : 'error.main', whiteSpace: 'normal' }}>
        {data !== undefined && <span title={data.message}>{resultOf(data, text)}</span>}
        {error !== null && error.message}
      </Box>
      <Button variant="outlined" loading={isPending} onClick={() => mutate()}>
        {label}
      </Button>
    </Box>
  );
}

function resultOf({ ok, reason, latencyMs, models }: ConnectionTest, text: Text): string {
  if (!ok) return `✕ ${text(`providers.reason.${reason}`)}`;
  return `✓ ${text('providers.testOk', { ms: formatDuration(latencyMs ?? 0), smart_count: models ?? 0 })}`;
}
