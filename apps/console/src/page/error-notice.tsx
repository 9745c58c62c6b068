import ErrorOutlined from '@mui/icons-material/ErrorOutlined';
import { Box, Button, Stack, Typography } from '@mui/material';
import { ApiError } from '../api/api-error.js';
import { Mono } from '../figures/figures.js';
import { useText, type TextKey } from '../i18n/use-text.js';

interface ErrorNoticeProps {
  readonly error: Error;
  readonly onRetry?: () => void;
}

/** What happened, what to do about it, and the id under which the gateway's log knows it. */
export function ErrorNotice({ error, onRetry }: ErrorNoticeProps) {
  const text = useText();
  const api = error instanceof ApiError ? error : null;
  return (
    <Box role="alert" sx={{ p: 4 }}>
      <Stack direction="row" sx={{ gap: 3, alignItems: 'flex-start' }}>
        <ErrorOutlined color="error" fontSize="small" sx={{ mt: 0.5 }} />
        <Box sx={{ minWidth: 0 }}>
          <Typography sx={{ fontWeight: 500 }}>{text(whatHappened(api))}</Typography>
          <Typography variant="body2" sx={{ color: 'text.secondary', overflowWrap: 'anywhere' }}>
            {reasons(error).join(' ')}
          </Typography>
          {api?.requestId != null && (
            <Typography variant="caption" component="p" sx={{ color: 'text.secondary', m: 0, mt: 1 }}>
              {text('page.requestId')} <Mono>{api.requestId}</Mono>
            </Typography>
          )}
          {onRetry !== undefined && (
            <Button variant="outlined" onClick={onRetry} sx={{ mt: 3 }}>
              {text('page.tryAgain')}
            </Button>
          )}
        </Box>
      </Stack>
    </Box>
  );
}

function whatHappened(error: ApiError | null): TextKey {
  if (error === null) return 'page.failed';
  if (error.status === 0) return 'page.unreachable';
  if (error.status === 403) return 'page.forbidden';
  if (error.status === 404) return 'page.notFound';
  if (error.status === 503) return 'page.unavailable';
  return error.status >= 500 ? 'page.gatewayFailed' : 'page.refused';
}

function reasons(error: Error): readonly string[] {
  const faults = error instanceof ApiError ? error.faults.map(({ message }) => message) : [];
  return [error.message, ...faults.filter((fault) => !error.message.includes(fault))];
}
