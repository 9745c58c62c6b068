import { Alert, Box, Button, Dialog, DialogActions, DialogContent, DialogTitle, Skeleton } from '@mui/material';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { AccountingPeriod, ClosingChecklist } from '@tollgate/wire';
import { useId } from 'react';
import { useNotify } from 'react-admin';
import { callOperation } from '../api/call-operation.js';
import { useOperation } from '../api/use-operation.js';
import { useText } from '../i18n/use-text.js';
import { ErrorNotice } from '../page/error-notice.js';
import { Light } from '../self-audits/light.js';
import { useScope } from '../url/scope.js';

interface CloseQuestionProps {
  readonly period: AccountingPeriod;
  readonly onClose: () => void;
}

/** Shows what is in the way, and closes the period only when nothing is. */
export function CloseQuestion({ period: { label, organizationId }, onClose }: CloseQuestionProps) {
  const text = useText();
  const titleId = useId();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const { organization } = useScope();
  const params = { organizationId, accountingPeriod: label };
  const { data, error: failure } = useOperation('checkAccountingPeriod', { params });
  const { mutate, error, isPending } = useMutation({
    mutationFn: async () => {
      await callOperation('closeAccountingPeriod', { params });
      await queryClient.invalidateQueries();
      notify(text('billing.closeDone', { period: label }), { type: 'success' });
      onClose();
    },
  });
  return (
    <Dialog open onClose={onClose} aria-labelledby={titleId} fullWidth maxWidth="xs">
      <DialogTitle id={titleId} sx={{ fontSize: '1rem', fontWeight: 600 }}>
        {text('billing.closeTitle', { period: label, name: organization.name })}
      </DialogTitle>
      <DialogContent sx={{ fontSize: '0.875rem' }}>
        {error !== null && (
          <Alert severity="error" sx={{ mb: 3 }}>
            {error.message}
          </Alert>
        )}
        {failure !== null && <ErrorNotice error={failure} />}
        {data === undefined && failure === null && <Skeleton variant="rounded" height={180} />}
        {data !== undefined && <Checklist checklist={data} />}
        <Box sx={{ mt: 3, color: 'text.secondary' }}>{text('billing.closeHint')}</Box>
      </DialogContent>
      <DialogActions sx={{ px: 6, pb: 5 }}>
        <Button onClick={onClose}>{text('page.cancel')}</Button>
        <Button
          variant="contained"
          color="error"
          disabled={data?.canClose !== true}
          loading={isPending}
          onClick={() => mutate()}
        >
          {text('billing.closeAction', { period: label })}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function Checklist({ checklist: { checklist, canClose } }: { readonly checklist: ClosingChecklist }) {
  const text = useText();
  return (
    <>
      {!canClose && <Box sx={{ mb: 2, fontWeight: 500 }}>{text('billing.closeBlocked')}</Box>}
      <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 2 }}>
        {checklist.map(({ check, passed, found }) => (
          <Box component="li" key={check} sx={{ display: 'flex', gap: 2, alignItems: 'center' }}>
            <Light light={passed ? 'green' : 'red'} size={16} />
            <span>{text(`billing.check.${check}`)}</span>
            {!passed && (
              <Box component="span" sx={{ ml: 'auto', color: 'text.secondary', whiteSpace: 'nowrap' }}>
                {text('billing.inTheWay', { smart_count: found })}
              </Box>
            )}
          </Box>
        ))}
      </Box>
    </>
  );
}
