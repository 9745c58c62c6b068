import { Alert, Button } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import { ApiError } from '../api/api-error.js';
import { useText } from '../i18n/use-text.js';

const VERSION_MISMATCH = 412;

/** What is wrong with a form as a whole. What somebody else has changed meanwhile can be loaded anew. */
export function FormFault({ error }: { readonly error: Error | null }) {
  const text = useText();
  const queryClient = useQueryClient();
  if (error === null) return null;
  if (!(error instanceof ApiError) || error.status !== VERSION_MISMATCH) {
    return <Alert severity="error">{error.message}</Alert>;
  }
  return (
    <Alert
      severity="warning"
      action={
        <Button color="inherit" sx={{ whiteSpace: 'nowrap' }} onClick={() => void queryClient.invalidateQueries()}>
          {text('page.loadNewest')}
        </Button>
      }
    >
      {text('page.changedMeanwhile')}
    </Alert>
  );
}
