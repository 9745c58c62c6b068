import { Alert, Box, Button, Stack } from '@mui/material';
import { FALLBACK_CAUSES } from '@tollgate/domain';
import type { Route } from '@tollgate/wire';
import { useState } from 'react';
import { Link, useParams } from 'react-router-dom';
import { useOperation } from '../api/use-operation.js';
import { formatDuration } from '../figures/format-quantities.js';
import { Ago } from '../figures/figures.js';
import { useText, type Text } from '../i18n/use-text.js';
import { ErrorNotice } from '../page/error-notice.js';
import { Facts } from '../page/facts.js';
import { Page } from '../page/page.js';
import { PageSkeleton } from '../page/page-skeleton.js';
import { Panel } from '../page/panel.js';
import { constraintWords } from '../routing/constraint-words.js';
import { useMe } from '../session/use-me.js';
import { useLinkTo } from '../url/use-url-state.js';
import { DeleteRoute } from './delete-route.js';
import { RouteState } from './route-state.js';
import { TargetTable } from './target-table.js';
import { useMayChange } from './use-may-change.js';

export default function RouteShow() {
  const { id = '' } = useParams();
  const text = useText();
  const { data, error, refetch } = useOperation('readRoute', { params: { routeId: id } });
  if (data !== undefined) return <RoutePage route={data} />;
  if (error === null) return <PageSkeleton />;
  return (
    <Page title={text('routing.title')}>
      <ErrorNotice error={error} onRetry={() => void refetch()} />
    </Page>
  );
}

function RoutePage({ route }: { readonly route: Route }) {
  const text = useText();
  const linkTo = useLinkTo();
  const { mayCall } = useMe();
  const mayChange = useMayChange()(route);
  const [isDeleting, setDeleting] = useState(false);
  return (
    <Page
      title={route.name}
      subtitle={<RouteState route={route} />}
      actions={
        <>
          {mayCall('simulateRoute') && (
            <Button variant="outlined" component={Link} to={linkTo('/simulator', { model: route.name })}>
              {text('routes.simulate')}
            </Button>
          )}
          {mayChange && (
            <>
              <Button variant="outlined" component={Link} to={linkTo(`/routes/${route.id}`)}>
                {text('routes.edit')}
              </Button>
              <Button variant="outlined" color="error" onClick={() => setDeleting(true)}>
                {text('routes.delete')}
              </Button>
            </>
          )}
        </>
      }
    >
      {route.source === 'file' && (
        <Alert severity="info" sx={{ mb: 4 }}>
          {text('routes.fileHint')}
        </Alert>
      )}
      <Box sx={GRID}>
        <Stack sx={{ gap: 4, minWidth: 0 }}>
          <Panel title={text('routes.targets')} hint={text(`routing.strategyHint.${route.strategy}`)} flush>
            <TargetTable targets={route.targets} />
          </Panel>
          <Panel title={text('routes.fallbacks')} hint={text('routes.fallbacksHint')}>
            <Facts
              facts={FALLBACK_CAUSES.map((cause) => [
                text(`routing.cause.${cause}`),
                route.fallbacks[cause]?.join(', ') ?? text('routes.noFallbacks'),
              ])}
            />
          </Panel>
        </Stack>
        <RouteFacts route={route} />
      </Box>
      {isDeleting && <DeleteRoute route={route} onClose={() => setDeleting(false)} />}
    </Page>
  );
}

function RouteFacts({ route }: { readonly route: Route }) {
  const text = useText();
  const timeout = (ms: number | null): string => (ms === null ? text('routes.ofGateway') : formatDuration(ms));
  return (
    <Panel title={text('routes.traffic')}>
      <Facts
        facts={[
          [text('routes.owner'), route.organizationId === null ? text('routes.everybody') : null],
          [text('routes.strategy'), text(`routing.strategy.${route.strategy}`)],
          [text('routing.constraints'), constraintWords(route.constraints, text)],
          [text('routes.stickyShort'), text(route.sticky ? 'routes.stickyOn' : 'routes.stickyOff')],
          [text('routes.canary'), shareOf(text, route.canary)],
          [text('routes.shadow'), shareOf(text, route.shadow)],
          [
            text('routes.hedgeAfter'),
            route.hedgeAfterMs === null ? text('routes.never') : formatDuration(route.hedgeAfterMs),
          ],
          [text('routes.firstTokenWithin'), timeout(route.firstTokenTimeoutMs)],
          [text('routes.allWithin'), timeout(route.totalTimeoutMs)],
          [text('routes.changed'), <Ago key="changed" instant={route.updatedAt} />],
        ]}
      />
    </Panel>
  );
}

const shareOf = (text: Text, share: Route['canary']): string =>
  share === null ? text('routes.noFallbacks') : text('routes.share', { ...share });

const GRID = {
  display: 'grid',
  gap: 4,
  alignItems: 'start',
  gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 3fr) minmax(0, 2fr)' },
} as const;
