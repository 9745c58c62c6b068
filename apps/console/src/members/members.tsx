import { Button, Stack } from '@mui/material';
import type { SentInvitation } from '@tollgate/wire';
import { useState } from 'react';
import { useText } from '../i18n/use-text.js';
import { Page } from '../page/page.js';
import { useMe } from '../session/use-me.js';
import { useScope } from '../url/scope.js';
import { DeliveryDialog } from './delivery-dialog.js';
import { InvitationPanel } from './invitation-panel.js';
import { InviteDialog } from './invite-dialog.js';
import { MemberPanel } from './member-panel.js';

export default function Members() {
  const text = useText();
  const { organization } = useScope();
  const { mayCall } = useMe();
  const [isInviting, setInviting] = useState(false);
  const [sent, setSent] = useState<SentInvitation | null>(null);
  return (
    <Page
      title={text('members.title')}
      subtitle={text('members.lead', { organization: organization.name })}
      actions={
        mayCall('createInvitation') && (
          <Button variant="contained" onClick={() => setInviting(true)}>
            {text('members.invite')}
          </Button>
        )
      }
    >
      <Stack sx={{ gap: 4 }}>
        <MemberPanel />
        <InvitationPanel onSent={setSent} />
      </Stack>
      {isInviting && (
        <InviteDialog
          onClose={() => setInviting(false)}
          onSent={(invitation) => {
            setInviting(false);
            setSent(invitation);
          }}
        />
      )}
      {sent !== null && <DeliveryDialog sent={sent} onClose={() => setSent(null)} />}
    </Page>
  );
}
