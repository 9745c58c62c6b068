import CheckCircleOutlined from '@mui/icons-material/CheckCircleOutlined';
import HourglassEmpty from '@mui/icons-material/HourglassEmpty';
import { Alert, Box, Button, Stack } from '@mui/material';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { SsoConnection } from '@tollgate/wire';
import { useState } from 'react';
import { useNotify } from 'react-admin';
import { callOperation } from '../api/call-operation.js';
import { useText } from '../i18n/use-text.js';
import { CopyText } from '../page/copy-text.js';
import { Facts } from '../page/facts.js';
import { Panel } from '../page/panel.js';
import { Question } from '../page/question.js';
import { RowMenu } from '../page/row-menu.js';
import { useMe } from '../session/use-me.js';

type Domain = SsoConnection['domains'][number];

interface SsoConnectionPanelProps {
  readonly connection: SsoConnection;
  readonly onEdit: () => void;
}

/** One provider of sign-ins, and whose addresses it may vouch for. */
export function SsoConnectionPanel({ connection, onEdit }: SsoConnectionPanelProps) {
  const text = useText();
  const { mayCall } = useMe();
  const [isDeleting, setDeleting] = useState(false);
  const { name, issuer, clientId, redirectUri, defaultRole, domains } = connection;
  const menu = mayCall('updateSsoConnection') ? (
    <RowMenu
      label={text('sso.actionsOf', { name })}
      actions={[
        { label: text('sso.edit'), onChoose: onEdit },
        { label: text('sso.delete'), isDestructive: true, onChoose: () => setDeleting(true) },
      ]}
    />
  ) : undefined;
  return (
    <Panel title={name} actions={menu}>
      <Facts
        facts={[
          [text('sso.issuer'), issuer],
          [text('sso.clientId'), clientId],
          [text('sso.redirectUri'), <CopyText key="redirect" value={redirectUri} />],
          [text('sso.defaultRole'), text(`roles.${defaultRole}`)],
        ]}
      />
      <Stack sx={{ mt: 4, gap: 3 }}>
        {domains.map((domain) => (
          <DomainBox key={domain.domain} connection={connection} domain={domain} />
        ))}
      </Stack>
      {isDeleting && <DeleteQuestion connection={connection} onClose={() => setDeleting(false)} />}
    </Panel>
  );
}

interface DomainBoxProps {
  readonly connection: SsoConnection;
  readonly domain: Domain;
}

/** A domain, and until it is known whose it is the record that would show it. */
function DomainBox({ connection, domain: { domain, verifiedAt, verifiedBy, record } }: DomainBoxProps) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const { me, mayCall } = useMe();
  const { mutate, error, isPending } = useMutation({
    mutationFn: async () => {
      const params = { ssoConnectionId: connection.id };
      await callOperation('verifySsoDomain', { params, body: { domain } });
      await queryClient.invalidateQueries({ queryKey: ['sso-connections'] });
      notify(text('sso.verified', { domain }), { type: 'success' });
    },
  });
  const isVerified = verifiedAt !== null;
  const Icon = isVerified ? CheckCircleOutlined : HourglassEmpty;
  return (
    <Box sx={DOMAIN} data-testid={`domain-${domain}`}>
      <Stack direction="row" sx={{ gap: 2, alignItems: 'center', flexWrap: 'wrap' }}>
        <Icon sx={{ fontSize: 16, color: isVerified ? 'success.main' : 'text.secondary' }} />
        <Box sx={{ fontWeight: 500 }}>{domain}</Box>
        <Box sx={{ color: 'text.secondary', flex: 1, fontSize: '0.8125rem' }}>
          {text(isVerified ? `sso.by.${verifiedBy ?? 'dns'}` : 'sso.notVerified')}
        </Box>
        {!isVerified && mayCall('verifySsoDomain') && (
          <Button variant="outlined" loading={isPending} onClick={() => mutate()}>
            {text(me?.operator === true ? 'sso.vouch' : 'sso.verify')}
          </Button>
        )}
      </Stack>
      {error !== null && (
        <Alert severity="error" sx={{ mt: 3 }}>
          {error.message}
        </Alert>
      )}
      {!isVerified && (
        <Box sx={{ mt: 3 }}>
          <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary', mb: 2 }}>{text('sso.recordHint')}</Box>
          <Facts
            facts={[
              [text('sso.recordName'), <CopyText key="name" value={record.name} />],
              [text('sso.recordValue'), <CopyText key="value" value={record.value} />],
            ]}
          />
        </Box>
      )}
    </Box>
  );
}

interface DeleteQuestionProps {
  readonly connection: SsoConnection;
  readonly onClose: () => void;
}

function DeleteQuestion({ connection: { id, name }, onClose }: DeleteQuestionProps) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const remove = async (): Promise<void> => {
    await callOperation('deleteSsoConnection', { params: { ssoConnectionId: id } });
    await queryClient.invalidateQueries({ queryKey: ['sso-connections'] });
    notify(text('sso.deleted', { name }), { type: 'success' });
    onClose();
  };
  return (
    <Question
      title={text('sso.deleteTitle', { name })}
      action={text('sso.deleteAction', { name })}
      isDestructive
      onConfirm={remove}
      onClose={onClose}
    >
      {text('sso.deleteHint')}
    </Question>
  );
}

const DOMAIN = { border: '1px solid', borderColor: 'divider', borderRadius: 1, p: 3 } as const;
