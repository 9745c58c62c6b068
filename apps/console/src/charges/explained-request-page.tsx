import { Box, Stack } from '@mui/material';
import { isMeter, parsePicos } from '@tollgate/domain';
import type { ExplainedRequest } from '@tollgate/wire';
import type { ReactNode } from 'react';
import { Ago, Money, Mono } from '../figures/figures.js';
import { formatExactCount } from '../figures/format-quantities.js';
import { OutcomeMark } from '../figures/outcome-mark.js';
import { SimulatedTag } from '../figures/simulated-tag.js';
import { useText, type Text } from '../i18n/use-text.js';
import { CopyText } from '../page/copy-text.js';
import { Facts } from '../page/facts.js';
import { figureRow } from '../page/figure-row.js';
import { Page } from '../page/page.js';
import { Panel } from '../page/panel.js';
import { WayButton } from '../page/way-button.js';
import { BookingPanel } from './booking-panel.js';
import { CalculationPanel } from './calculation-panel.js';
import { FundingPanel } from './funding-panel.js';
import { OperatorPanel } from './operator-panel.js';

interface ExplainedRequestProps {
  readonly request: ExplainedRequest;
  /** The rated line that was asked about, if one was. */
  readonly lineId: string;
}

/** The whole calculation of a request, and what became of the money. */
export function ExplainedRequestPage({ request, lineId }: ExplainedRequestProps) {
  const text = useText();
  const { requestedModel: model } = request;
  return (
    <Page
      title={model === '' ? text('charges.noModel') : text('charges.title', { model })}
      subtitle={
        <Stack direction="row" sx={{ gap: 3, flexWrap: 'wrap', alignItems: 'center' }}>
          <CopyText value={request.id} />
          <Ago instant={request.occurredAt} />
          {request.simulated && <SimulatedTag />}
        </Stack>
      }
      actions={
        <WayButton to={`/requests/${request.id}/show`} operation="readRequest" variant="outlined">
          {text('charges.openRequest')}
        </WayButton>
      }
    >
      <Headline request={request} />
      <Stack sx={{ gap: 4 }}>
        <CalculationPanel request={request} lineId={lineId} />
        <Box sx={GRID}>
          <WhatHappened request={request} />
          <FundingPanel request={request} />
          <HoldFacts request={request} />
          <BookingPanel request={request} />
          {request.providerCost !== undefined && <OperatorPanel request={request} />}
        </Box>
      </Stack>
    </Page>
  );
}

/** What was billed, out of what, who paid, and where it stands. */
function Headline({ request }: { readonly request: ExplainedRequest }) {
  const text = useText();
  const { booking, hold } = request;
  return (
    <Box sx={HEADLINE}>
      <Figure label={text('charges.billed')}>
        <Money value={request.billedCost} />
      </Figure>
      <Figure label={text('charges.list')}>
        <Money value={request.listCost} />
      </Figure>
      <Figure label={text('charges.paidBy')}>{usePayers(request)}</Figure>
      <Figure label={text('charges.held')}>
        {isZero(hold.placed.amount) || hold.captured === null ? (
          text('charges.notHeld')
        ) : (
          <>
            <Money value={hold.placed} /> → <Money value={hold.captured} />
          </>
        )}
      </Figure>
      <Figure label={text('charges.inBooks')}>{booking.accountingPeriod}</Figure>
    </Box>
  );
}

function usePayers({ funding, receivable }: ExplainedRequest): string {
  const text = useText();
  const payers = [
    ...(funding.length === 0 ? [] : [text('charges.grants', { smart_count: funding.length })]),
    ...(isZero(receivable.amount) ? [] : [text('charges.owed')]),
  ];
  return payers.length === 0 ? text('charges.nobody') : payers.join(' + ');
}

function WhatHappened({ request }: { readonly request: ExplainedRequest }) {
  const text = useText();
  const { publication, usage } = request;
  const quantities = Object.entries(usage).filter(([, quantity]) => quantity > 0);
  return (
    <Panel title={text('charges.what')}>
      <Facts
        facts={[
          [text('charges.outcome'), <OutcomeMark key="outcome" outcome={request.outcome} />],
          [text('charges.rule'), request.settlement.rule],
          [
            text('charges.usage'),
            quantities.length === 0
              ? null
              : quantities.map(([meter, quantity]) => usageWords(meter, quantity, text)).join(', '),
          ],
          [text('charges.source'), text(`vocabulary.source.${request.usageSource}`)],
          [
            text('charges.credential'),
            request.credentialOwner === 'organization' ? text('charges.ownCredential') : null,
          ],
          [
            text('charges.prices'),
            publication === null
              ? null
              : text('charges.publication', { book: publication.priceBookName, sequence: publication.sequence }),
          ],
          [
            text('charges.snapshot'),
            publication === null ? null : <CopyText key="snapshot" value={publication.priceSnapshotId} />,
          ],
          [
            text('charges.publishedLabel'),
            publication === null ? null : (
              <>
                <Ago instant={publication.publishedAt} />
                {publication.publishedBy !== null && (
                  <>
                    {' · '}
                    {publication.publisherName ?? <Mono>{publication.publishedBy}</Mono>}
                  </>
                )}
              </>
            ),
          ],
        ]}
      />
    </Panel>
  );
}

function HoldFacts({ request: { hold } }: { readonly request: ExplainedRequest }) {
  const text = useText();
  const unless = (amount: string, value: ReactNode): ReactNode => (isZero(amount) ? null : value);
  if (isZero(hold.placed.amount)) return null;
  const { captureDifference } = hold;
  return (
    <Panel title={text('charges.hold')}>
      <Facts
        facts={[
          [text('charges.placed'), <Money key="placed" value={hold.placed} />],
          [text('charges.captured'), hold.captured === null ? null : <Money key="captured" value={hold.captured} />],
          [text('charges.released'), <Money key="released" value={hold.released} />],
          [text('charges.overrun'), unless(hold.overrun.amount, <Money key="overrun" value={hold.overrun} />)],
          [
            text('charges.captureDifference'),
            captureDifference === null
              ? null
              : unless(captureDifference.amount, <Money key="difference" value={captureDifference} />),
          ],
        ]}
      />
    </Panel>
  );
}

function Figure({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <Box sx={{ p: 4, minWidth: 0, bgcolor: 'background.paper' }}>
      <Box sx={{ fontSize: '0.75rem', color: 'text.secondary', mb: 1 }}>{label}</Box>
      <Box sx={{ fontSize: '1rem', fontWeight: 600, overflowWrap: 'anywhere' }}>{children}</Box>
    </Box>
  );
}

/** Events of a newer version may have meters that this page has no word for. */
function usageWords(meter: string, quantity: number, text: Text): string {
  const words = isMeter(meter) ? text(`vocabulary.meter.${meter}`).toLowerCase() : meter;
  return `${formatExactCount(quantity)} ${words}`;
}

const isZero = (amount: string): boolean => parsePicos(amount) === 0n;

const HEADLINE = { ...figureRow('1fr 1fr 1.2fr 1.4fr 1fr'), mb: 4 };
const GRID = {
  display: 'grid',
  gap: 4,
  alignItems: 'start',
  gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'repeat(2, minmax(0, 1fr))' },
} as const;
