import { Box, Button, Stack } from '@mui/material';
import type { ApiKey, IssuedApiKey } from '@tollgate/wire';
import { useState } from 'react';
import { Link, useParams } from 'react-router-dom';
import { useKeyNames } from '../api/use-key-names.js';
import { useOperation } from '../api/use-operation.js';
import { BudgetPanel } from '../budgets/budget-panel.js';
import { Ago, Count, Money, NOTHING } from '../figures/figures.js';
import { useText } from '../i18n/use-text.js';
import { RangePicker } from '../layout/range-picker.js';
import { useMonthSpend } from '../overview/use-month-spend.js';
import { SpendChart } from '../overview/spend-chart.js';
import { ErrorNotice } from '../page/error-notice.js';
import { Facts } from '../page/facts.js';
import { Page } from '../page/page.js';
import { PageSkeleton } from '../page/page-skeleton.js';
import { Panel } from '../page/panel.js';
import { constraintWords } from '../routing/constraint-words.js';
import { useMe } from '../session/use-me.js';
import { useScope } from '../url/scope.js';
import { useLinkTo } from '../url/use-url-state.js';
import { KeyIssued } from './key-issued.js';
import { KeyState, stateOf } from './key-state.js';
import { RevokeDialog } from './revoke-dialog.js';
import { RotateDialog } from './rotate-dialog.js';
import { SecretTable } from './secret-table.js';
import { UNSUPPORTED_TEXTS } from './unsupported-texts.js';

export default function KeyShow() {
  const { id = '' } = useParams();
  const text = useText();
  const { data, error, refetch } = useOperation('readApiKey', { params: { apiKeyId: id } });
  const [issued, setIssued] = useState<IssuedApiKey | null>(null);
  if (issued !== null) return <KeyIssued issued={issued} title={text('keys.rotatedTitle')} />;
  if (data !== undefined) return <KeyPage apiKey={data} onIssued={setIssued} />;
  if (error === null) return <PageSkeleton />;
  return (
    <Page title={text('keys.details')}>
      <ErrorNotice error={error} onRetry={() => void refetch()} />
    </Page>
  );
}

interface KeyPageProps {
  readonly apiKey: ApiKey;
  readonly onIssued: (issued: IssuedApiKey) => void;
}

function KeyPage({ apiKey, onIssued }: KeyPageProps) {
  const text = useText();
  const linkTo = useLinkTo();
  const { mayCall } = useMe();
  const mayChange = mayCall('updateApiKey', apiKey.ownerId) && stateOf(apiKey) !== 'revoked';
  const [dialog, setDialog] = useState<'rotate' | 'revoke' | null>(null);
  const close = (): void => setDialog(null);
  return (
    <Page
      title={apiKey.name}
      subtitle={<KeyState apiKey={apiKey} />}
      actions={
        <>
          <RangePicker />
          <Button variant="outlined" component={Link} to={linkTo('/requests', { key: apiKey.id })}>
            {text('keys.requestsOfKey')}
          </Button>
          {mayChange && (
            <>
              <Button variant="outlined" component={Link} to={linkTo(`/keys/${apiKey.id}`)}>
                {text('keys.edit')}
              </Button>
              <Button variant="outlined" onClick={() => setDialog('rotate')}>
                {text('keys.rotate')}
              </Button>
              <Button variant="outlined" color="error" onClick={() => setDialog('revoke')}>
                {text('keys.revoke')}
              </Button>
            </>
          )}
        </>
      }
    >
      <Box
        sx={{
          display: 'grid',
          gap: 4,
          gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 3fr) minmax(0, 2fr)' },
        }}
      >
        <SpendChart apiKeyId={apiKey.id} />
        <Stack sx={{ gap: 4, minWidth: 0 }}>
          <KeyFacts apiKey={apiKey} />
          <BudgetPanel budget={{ ...apiKey, scope: 'api_key' }} />
          <SecretTable apiKey={apiKey} />
        </Stack>
      </Box>
      {dialog === 'rotate' && <RotateDialog apiKey={apiKey} onClose={close} onIssued={onIssued} />}
      {dialog === 'revoke' && <RevokeDialog apiKey={apiKey} onClose={close} />}
    </Page>
  );
}

function KeyFacts({ apiKey }: { readonly apiKey: ApiKey }) {
  const text = useText();
  const { organization } = useScope();
  const { nameOf } = useKeyNames(organization.id);
  const spent = useMonthSpend('apiKey')(apiKey.id);
  const { rateLimit, monthlyBudget } = apiKey;
  const ceiling = (value: number | null) => (value === null ? text('keys.unlimited') : <Count value={value} />);
  return (
    <Panel title={text('keys.details')}>
      <Facts
        facts={[
          [text('keys.project'), nameOf(apiKey.projectId)],
          [text('keys.owner'), apiKey.ownerName ?? text(apiKey.ownerId === null ? 'keys.noOwner' : 'keys.formerOwner')],
          [
            text('keys.models'),
            apiKey.modelAllowlist.includes('*') ? text('keys.everyModel') : apiKey.modelAllowlist.join(', '),
          ],
          [text('routing.constraints'), constraintWords(apiKey.constraints, text)],
          [text('keys.unsupported'), text(UNSUPPORTED_TEXTS[apiKey.unsupportedParameters])],
          [text('keys.spent'), spent === undefined ? NOTHING : <Money key="spent" value={spent} />],
          [
            text('keys.budget'),
            monthlyBudget === null ? text('keys.unlimited') : <Money key="budget" value={monthlyBudget} />,
          ],
          [text('keys.requestsPerMinute'), ceiling(rateLimit.requestsPerMinute)],
          [text('keys.tokensPerMinute'), ceiling(rateLimit.tokensPerMinute)],
          [text('keys.concurrency'), ceiling(rateLimit.concurrency)],
          [
            text('keys.expires'),
            apiKey.expiresAt === null ? text('keys.never') : <Ago key="expires" instant={apiKey.expiresAt} />,
          ],
          [text('keys.ipRanges'), apiKey.ipRanges.length === 0 ? text('keys.everywhere') : apiKey.ipRanges.join(', ')],
          [text('keys.tags'), apiKey.tags.length === 0 ? null : apiKey.tags.join(', ')],
          [
            text('keys.lastUsed'),
            apiKey.lastUsedAt === null ? text('keys.notUsed') : <Ago key="used" instant={apiKey.lastUsedAt} />,
          ],
          [text('keys.created'), <Ago key="created" instant={apiKey.createdAt} />],
        ]}
      />
    </Panel>
  );
}
