import { Box, Button, Dialog, DialogActions, DialogContent, DialogTitle, Skeleton } from '@mui/material';
import { useId } from 'react';
import { useOperation } from '../api/use-operation.js';
import { useText } from '../i18n/use-text.js';
import { ErrorNotice } from '../page/error-notice.js';
import { MONO } from '../theme/theme.js';

/** What came, as far as a usage event has such fields. */
export function PayloadDialog({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const text = useText();
  const titleId = useId();
  const { data, error } = useOperation('readQuarantinedUsage', { params: { quarantinedUsageId: id } });
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby={titleId}>
      <DialogTitle id={titleId} sx={{ fontSize: '1rem', fontWeight: 600 }}>
        {text('reviews.payload')}
      </DialogTitle>
      <DialogContent sx={{ fontSize: '0.8125rem' }}>
        {error !== null && <ErrorNotice error={error} />}
        {data === undefined && error === null && <Skeleton variant="rounded" height={240} />}
        {data?.payload === null && text('reviews.payloadNone', { bytes: data.bytes })}
        {data !== undefined && data.unknownFields.length > 0 && (
          <Box sx={{ mb: 2 }}>{text('reviews.payloadUnknown', { fields: data.unknownFields.join(', ') })}</Box>
        )}
        {data !== undefined && data.payload !== null && (
          <Box component="pre" sx={{ m: 0, fontFamily: MONO, fontSize: '0.75rem', whiteSpace: 'pre-wrap' }}>
            {JSON.stringify(data.payload, null, 2)}
          </Box>
        )}
      </DialogContent>
      <DialogActions sx={{ px: 6, pb: 5 }}>
        <Button onClick={onClose}>{text('page.close')}</Button>
      </DialogActions>
    </Dialog>
  );
}
