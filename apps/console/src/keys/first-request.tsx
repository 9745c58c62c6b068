import CheckCircle from '@mui/icons-material/CheckCircle';
import { Box, Button, CircularProgress } from '@mui/material';
import { Link } from 'react-router-dom';
import { useOperation } from '../api/use-operation.js';
import { formatMoney } from '../figures/format-money.js';
import { OutcomeMark } from '../figures/outcome-mark.js';
import { useText } from '../i18n/use-text.js';
import { useLinkTo } from '../url/use-url-state.js';

const ASK_MS = 2_000;

interface FirstRequestProps {
  readonly apiKeyId: string;
  /** Requests before this instant were with another secret. */
  readonly since: string;
}

/** Waits on the page until the key is used for the first time; a later try that works takes the place of one that did not. */
export function FirstRequest({ apiKeyId, since }: FirstRequestProps) {
  const text = useText();
  const linkTo = useLinkTo();
  const { data } = useOperation(
    'listRequests',
    { query: { apiKeyId, from: since, limit: '1', sort: '-occurredAt' } },
    { refetchMs: ASK_MS },
  );
  const request = data?.data[0];
  if (request === undefined) {
    return (
      <Box role="status" sx={{ ...LINE, color: 'text.secondary' }}>
        <CircularProgress size={16} />
        {text('keys.waiting')}
      </Box>
    );
  }
  const succeeded = request.outcome === 'success';
  return (
    <Box role="status" sx={{ ...LINE, borderColor: succeeded ? 'success.main' : 'warning.main' }}>
      {succeeded && <CheckCircle color="success" fontSize="small" />}
      <Box sx={{ flex: 1 }}>
        {succeeded ? (
          text('keys.arrived', { model: request.requestedModel, cost: formatMoney(request.cost) })
        ) : (
          <>
            {text('keys.arrivedNot')} <OutcomeMark outcome={request.outcome} />
            <Box sx={{ color: 'text.secondary', fontSize: '0.8125rem' }}>
              {text(`vocabulary.outcomeMeaning.${request.outcome}`)}
              {request.errorCode !== null && ` (${request.errorCode})`}
            </Box>
          </>
        )}
      </Box>
      <Button component={Link} to={linkTo(`/requests/${request.id}/show`)}>
        {text('keys.openRequest')}
      </Button>
    </Box>
  );
}

const LINE = {
  display: 'flex',
  alignItems: 'center',
  gap: 3,
  p: 4,
  border: '1px solid',
  borderColor: 'divider',
  borderRadius: 1,
  bgcolor: 'background.paper',
  flexWrap: 'wrap',
} as const;
