import { Box, Skeleton, Typography } from '@mui/material';
import type { RouteSimulation } from '@tollgate/wire';
import { ApiError } from '../api/api-error.js';
import { useOperation } from '../api/use-operation.js';
import { formatMoney } from '../figures/format-money.js';
import { useText, type Text } from '../i18n/use-text.js';
import { ErrorNotice } from '../page/error-notice.js';
import { Facts } from '../page/facts.js';
import { Panel } from '../page/panel.js';
import { CandidateTable, nameOf } from '../routing/candidate-table.js';
import { useScope } from '../url/scope.js';
import { bodyOf, type QuestionFields } from './question-draft.js';

const NOT_FOUND = 404;

export function SimulationPanel({ question }: { readonly question: QuestionFields }) {
  const text = useText();
  const { organization } = useScope();
  const { data, error, refetch } = useOperation('simulateRoute', { body: bodyOf(question, organization.id) });
  const isNowhere = error instanceof ApiError && error.status === NOT_FOUND;
  return (
    <Panel title={text('simulator.answer')} flush>
      {data !== undefined && <Answer simulation={data} />}
      {data === undefined && (
        <Box sx={{ px: 4, pb: 4 }} aria-busy={error === null}>
          {error === null && <Skeleton variant="rounded" height={240} />}
          {isNowhere && (
            <Typography variant="body2" role="status">
              {text('simulator.nothing', { model: question.model })}
            </Typography>
          )}
          {error !== null && !isNowhere && <ErrorNotice error={error} onRetry={() => void refetch()} />}
        </Box>
      )}
    </Panel>
  );
}

function Answer({ simulation }: { readonly simulation: RouteSimulation }) {
  const text = useText();
  const first = simulation.candidates.find(({ excluded }) => excluded === null);
  const candidates = simulation.candidates.map(({ credentialName, region, ...candidate }) => ({
    ...candidate,
    region,
    detail:
      [...(credentialName === null ? [] : [credentialName]), ...(region === '*' ? [] : [region])].join(' · ') || null,
  }));
  return (
    <>
      <Box sx={{ px: 4, pb: 4 }}>
        <Typography role="status" sx={{ fontWeight: 500, mb: 3 }}>
          {goalOf(text, first)}
        </Typography>
        <Facts
          facts={[
            [text('routing.route'), simulation.routeName ?? simulation.routeId ?? text('routing.noRoute')],
            [text('routing.strategyLabel'), text(`routing.strategy.${simulation.strategy}`)],
            [text('routing.why'), text(`routing.reason.${simulation.reason}`)],
          ]}
        />
      </Box>
      <CandidateTable
        candidates={candidates}
        isChosen={({ deploymentId, upstreamModel }) =>
          first?.deploymentId === deploymentId && first.upstreamModel === upstreamModel
        }
        costLabel={text('routing.costs')}
      />
    </>
  );
}

function goalOf(text: Text, first: RouteSimulation['candidates'][number] | undefined): string {
  if (first === undefined) return text('simulator.allOut');
  const deployment = nameOf(first);
  if (first.cost === null) return text('simulator.goesUnpriced', { deployment });
  return text('simulator.goes', { deployment, cost: formatMoney(first.cost) });
}
