import { Alert, Snackbar } from '@mui/material';
import { useEffect, useState } from 'react';
import { useNotificationContext, useTranslate, type NotificationPayload } from 'react-admin';

const SHOWN_MS = 5_000;

/** Says for a moment what has been done. */
export function Notices() {
  const { notifications, takeNotification } = useNotificationContext();
  const translate = useTranslate();
  const [shown, setShown] = useState<NotificationPayload | null>(null);
  useEffect(() => {
    if (shown === null && notifications.length > 0) setShown(takeNotification() ?? null);
  }, [shown, notifications, takeNotification]);
  const message = shown?.message;
  return (
    <Snackbar open={shown !== null} autoHideDuration={SHOWN_MS} onClose={() => setShown(null)}>
      <Alert severity={severityOf(shown)} variant="standard" onClose={() => setShown(null)}>
        {typeof message === 'string' ? translate(message, { _: message }) : message}
      </Alert>
    </Snackbar>
  );
}

function severityOf(notice: NotificationPayload | null): 'success' | 'info' | 'warning' | 'error' {
  const type = notice?.type;
  return type === 'success' || type === 'warning' || type === 'error' ? type : 'info';
}
