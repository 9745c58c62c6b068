import { Box } from '@mui/material';
import { parsePicos } from '@tollgate/domain';
import type { RequestDetail, RequestRouting } from '@tollgate/wire';
import { Link } from 'react-router-dom';
import { formatMoney } from '../figures/format-money.js';
import { useText } from '../i18n/use-text.js';
import { Facts } from '../page/facts.js';
import { Panel } from '../page/panel.js';
import { CandidateTable, nameOf, type ShownCandidate } from '../routing/candidate-table.js';
import { useMe } from '../session/use-me.js';
import { useLinkTo } from '../url/use-url-state.js';

interface RoutePanelProps {
  readonly request: RequestDetail;
  readonly routing: RequestRouting;
}

/** Why the request got its deployment, and what it would have cost elsewhere. */
export function RoutePanel({ request, routing }: RoutePanelProps) {
  const text = useText();
  const candidates = routing.candidates.map(({ wouldCost, ...candidate }) => ({
    ...candidate,
    cost: wouldCost,
    detail: candidate.region === '*' ? null : candidate.region,
  }));
  const isChosen = ({ deploymentId, upstreamModel }: ShownCandidate): boolean =>
    deploymentId === request.deploymentId && upstreamModel === request.upstreamModel;
  const [first] = candidates;
  const isFirst = request.outcome !== 'success' || first === undefined || isChosen(first);
  const answered = `${request.provider ?? ''} · ${request.upstreamModel ?? ''}`;
  const other = cheapest(candidates.filter((candidate) => !isChosen(candidate) && candidate.excluded === null));
  return (
    <Panel title={text('routing.title')} flush>
      <Box sx={{ px: 4, pb: 4 }}>
        <Facts
          facts={[
            [text('routing.route'), <RouteName key="route" routing={routing} />],
            [text('routing.strategyLabel'), text(`routing.strategy.${routing.strategy}`)],
            [text('routing.why'), text(`routing.reason.${routing.reason}`)],
            [text('routing.answered'), isFirst ? null : text('routing.afterFirst', { deployment: answered })],
          ]}
        />
        {other?.cost != null &&
          other.cost.amount !== request.cost.amount &&
          request.ratingState === 'rated' &&
          request.charge === 'customer' && (
            <Box component="p" sx={{ fontSize: '0.8125rem', mt: 3, mb: 0 }}>
              {text('routing.instead', {
                deployment: nameOf(other),
                cost: formatMoney(other.cost),
                paid: formatMoney(request.cost),
              })}
            </Box>
          )}
      </Box>
      <CandidateTable candidates={candidates} isChosen={isChosen} costLabel={text('routing.wouldCost')} />
    </Panel>
  );
}

function RouteName({ routing: { routeId, routeName } }: Pick<RoutePanelProps, 'routing'>) {
  const text = useText();
  const linkTo = useLinkTo();
  const { mayCall } = useMe();
  if (routeId === null) return text('routing.noRoute');
  if (routeName === null || !mayCall('readRoute')) return routeName ?? routeId;
  return <Link to={linkTo(`/routes/${routeId}/show`)}>{routeName}</Link>;
}

function cheapest(candidates: readonly ShownCandidate[]): ShownCandidate | undefined {
  const picosOf = ({ cost }: ShownCandidate): bigint => parsePicos(cost?.amount ?? '0');
  return candidates
    .filter(({ cost }) => cost !== null)
    .reduce<ShownCandidate | undefined>(
      (least, each) => (least === undefined || picosOf(each) < picosOf(least) ? each : least),
      undefined,
    );
}
