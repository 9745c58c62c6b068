import FileDownloadOutlined from '@mui/icons-material/FileDownloadOutlined';
import { Button } from '@mui/material';
import { lazy, Suspense } from 'react';
import { useText } from '../i18n/use-text.js';
import { useMe } from '../session/use-me.js';
import { useUrlState } from '../url/use-url-state.js';

const UsageExportDialog = lazy(() => import('./usage-export-dialog.js'));

const EXPORT = 'export';

/** The way to a file of what is being looked at. */
export function UsageExport() {
  const text = useText();
  const { get, set } = useUrlState();
  const { mayCall } = useMe();
  if (!mayCall('exportUsage')) return null;
  return (
    <>
      <Button variant="outlined" startIcon={<FileDownloadOutlined />} onClick={() => set({ dialog: EXPORT })}>
        {text('usageExport.open')}
      </Button>
      {get('dialog') === EXPORT && (
        <Suspense fallback={null}>
          <UsageExportDialog onClose={() => set({ dialog: null })} />
        </Suspense>
      )}
    </>
  );
}
