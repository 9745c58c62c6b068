import { Box, Button, Stack } from '@mui/material';
import { parsePicos } from '@tollgate/domain';
import type { RequestDetail } from '@tollgate/wire';
import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router-dom';
import { useOperation } from '../api/use-operation.js';
import { Ago, Count, Duration, Money, NOTHING } from '../figures/figures.js';
import { OutcomeMark } from '../figures/outcome-mark.js';
import { SimulatedTag } from '../figures/simulated-tag.js';
import { useText } from '../i18n/use-text.js';
import { CopyText } from '../page/copy-text.js';
import { ErrorNotice } from '../page/error-notice.js';
import { Facts } from '../page/facts.js';
import { figureRow } from '../page/figure-row.js';
import { Page } from '../page/page.js';
import { PageSkeleton } from '../page/page-skeleton.js';
import { Panel } from '../page/panel.js';
import { WayButton } from '../page/way-button.js';
import { useMe } from '../session/use-me.js';
import { useLinkTo } from '../url/use-url-state.js';
import { AttemptTable } from './attempt-table.js';
import { ChargePanel } from './charge-panel.js';
import { HoldPanel } from './hold-panel.js';
import { RoutePanel } from './route-panel.js';
import { WastedPanel } from './wasted-panel.js';
import { Waterfall } from './waterfall.js';

export default function RequestShow() {
  const { id = '' } = useParams();
  const text = useText();
  const { data, error, refetch } = useOperation('readRequest', { params: { requestId: id } });
  if (data !== undefined) return <RequestPage request={data} />;
  if (error === null) return <PageSkeleton />;
  return (
    <Page title={text('requests.request')} subtitle={<CopyText value={id} />}>
      <ErrorNotice error={error} onRetry={() => void refetch()} />
    </Page>
  );
}

function RequestPage({ request }: { readonly request: RequestDetail }) {
  const text = useText();
  return (
    <Page
      title={request.requestedModel || text('requests.noModel')}
      subtitle={
        <Stack direction="row" sx={{ gap: 3, flexWrap: 'wrap', alignItems: 'center' }}>
          <CopyText value={request.id} />
          <Ago instant={request.occurredAt} />
          {request.simulated && <SimulatedTag />}
        </Stack>
      }
      actions={<Ways request={request} />}
    >
      <Headline request={request} />
      <Box
        sx={{
          display: 'grid',
          gap: 4,
          gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 3fr) minmax(0, 2fr)' },
        }}
      >
        <Stack sx={{ gap: 4, minWidth: 0 }}>
          <Panel title={text('requests.waterfall')} hint={text('requests.waterfallHint')}>
            <Waterfall request={request} />
          </Panel>
          {request.attempts.length > 0 && (
            <Panel title={text('requests.attempts')} flush>
              <AttemptTable attempts={request.attempts} />
            </Panel>
          )}
          <ChargePanel request={request} />
          {request.wasted.length > 0 && <WastedPanel wasted={request.wasted} />}
        </Stack>
        <Stack sx={{ gap: 4, minWidth: 0 }}>
          <HoldPanel request={request} />
          <DetailsPanel request={request} />
        </Stack>
      </Box>
      {request.routing !== null && (
        <Box sx={{ mt: 4 }}>
          <RoutePanel request={request} routing={request.routing} />
        </Box>
      )}
    </Page>
  );
}

/** To its charge, and to what is like it. */
function Ways({ request }: { readonly request: RequestDetail }) {
  const text = useText();
  const linkTo = useLinkTo();
  return (
    <>
      <WayButton to={`/charges/${request.id}`} operation="explainCharge" variant="outlined">
        {text('charges.explain')}
      </WayButton>
      <Button variant="outlined" component={Link} to={linkTo('/requests', { key: request.apiKeyId })}>
        {text('requests.allOfKey')}
      </Button>
      {request.requestedModel !== '' && (
        <Button variant="outlined" component={Link} to={linkTo('/requests', { model: request.requestedModel })}>
          {text('requests.allOfModel')}
        </Button>
      )}
    </>
  );
}

/** The five things that are looked for first. */
function Headline({ request }: { readonly request: RequestDetail }) {
  const text = useText();
  return (
    <Box sx={HEADLINE}>
      <Fact label={text('requests.outcome')} hint={text(`vocabulary.outcomeMeaning.${request.outcome}`)}>
        <OutcomeMark outcome={request.outcome} />
      </Fact>
      <Fact label={text('requests.served')} hint={request.provider ?? undefined}>
        {request.servedModel ?? request.upstreamModel ?? NOTHING}
      </Fact>
      <Fact label={text('requests.cost')} hint={request.charge === 'waste' ? text('requests.waste') : undefined}>
        {request.ratingState === 'unpriced' ? text('requests.unpriced') : <Money value={request.cost} />}
      </Fact>
      <Fact label={text('requests.tokens')}>
        <Count value={request.inputTokens} /> / <Count value={request.outputTokens} />
      </Fact>
      <Fact label={text('requests.total')} hint={request.stream ? text('requests.stream') : text('requests.whole')}>
        <Duration ms={request.totalMs} />
      </Fact>
    </Box>
  );
}

interface FactProps {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly children: ReactNode;
}

function Fact({ label, hint, children }: FactProps) {
  return (
    <Box sx={{ p: 4, minWidth: 0, bgcolor: 'background.paper' }}>
      <Box sx={{ fontSize: '0.75rem', color: 'text.secondary', mb: 1 }}>{label}</Box>
      <Box sx={{ fontSize: '1rem', fontWeight: 600, overflowWrap: 'anywhere' }}>{children}</Box>
      {hint !== undefined && <Box sx={{ fontSize: '0.75rem', color: 'text.secondary', mt: 1 }}>{hint}</Box>}
    </Box>
  );
}

function DetailsPanel({ request }: { readonly request: RequestDetail }) {
  const text = useText();
  const linkTo = useLinkTo();
  const { mayCall } = useMe();
  const dialects = { client: request.surface, provider: request.upstreamDialect ?? '' };
  const crossing = request.surface === request.upstreamDialect ? 'requests.sameDialect' : 'requests.translated';
  const status = request.status === 0 ? text('requests.statusLeft') : String(request.status);
  const isLinked = isInLedger(request) && mayCall('listLedgerTransactions');
  return (
    <Panel title={text('requests.request')}>
      <Facts
        facts={[
          [
            text('requests.key'),
            <Link key="key" to={linkTo(`/keys/${request.apiKeyId}/show`)}>
              {request.apiKeyName ?? request.apiKeyId}
            </Link>,
          ],
          [text('requests.project'), request.projectName ?? request.projectId],
          [text('requests.status'), request.errorCode === null ? status : `${status} · ${request.errorCode}`],
          [text('requests.endpoint'), request.endpoint],
          [text('requests.dialects'), request.upstreamDialect === null ? request.surface : text(crossing, dialects)],
          [text('requests.upstreamModel'), request.upstreamModel],
          [text('requests.tier'), request.serviceTier === '*' ? null : request.serviceTier],
          [text('requests.region'), request.region === '*' ? null : request.region],
          [text('requests.endUser'), request.endUser],
          [text('requests.tags'), request.tags.length === 0 ? null : request.tags.join(', ')],
          [text('requests.booked'), <Ago key="booked" instant={request.bookedAt} />],
          [text('requests.period'), isLinked ? null : request.accountingPeriod],
          [
            text('requests.inLedger'),
            !isLinked ? null : (
              <Link key="ledger" to={linkTo('/billing', { section: 'ledger', from: request.bookingMinute })}>
                {request.accountingPeriod}
              </Link>
            ),
          ],
          [
            text('requests.snapshot'),
            request.priceSnapshotId === null ? null : <CopyText key="snapshot" value={request.priceSnapshotId} />,
          ],
        ]}
      />
    </Panel>
  );
}

/** What costs nobody anything posts nothing. */
const isInLedger = ({ cost, providerCost }: RequestDetail): boolean =>
  [cost, providerCost].some((money) => money !== undefined && parsePicos(money.amount) !== 0n);

const HEADLINE = { ...figureRow('1.4fr 1.4fr 1fr 1fr 1fr'), mb: 4 };
