import { Box } from '@mui/material';
import type { Route } from '@tollgate/wire';
import { Ago } from '../figures/figures.js';
import { useText, type Text } from '../i18n/use-text.js';
import { DataTable, type Column } from '../page/data-table.js';
import { EmptyNotice } from '../page/empty-notice.js';
import { Frame } from '../page/frame.js';
import { Page } from '../page/page.js';
import { WayButton } from '../page/way-button.js';
import { useRoutes } from '../routing/use-routes.js';
import { useLinkTo } from '../url/use-url-state.js';
import { RouteState } from './route-state.js';

export default function RouteList() {
  const text = useText();
  const linkTo = useLinkTo();
  const { rows, error, refetch } = useRoutes();
  const create = (
    <WayButton to="/routes/create" operation="createRoute">
      {text('routes.create')}
    </WayButton>
  );
  return (
    <Page title={text('routes.title')} subtitle={text('routes.lead')} actions={create}>
      <Frame>
        <DataTable
          label={text('routes.table')}
          rows={rows}
          rowKey={({ id }) => id}
          rowHref={({ id }) => linkTo(`/routes/${id}/show`)}
          error={error}
          onRetry={refetch}
          columns={columnsOf(text)}
          empty={
            <EmptyNotice title={text('routes.emptyTitle')} action={create}>
              {text('routes.empty')}
            </EmptyNotice>
          }
        />
      </Frame>
    </Page>
  );
}

const columnsOf = (text: Text): readonly Column<Route>[] => [
  {
    key: 'name',
    label: text('routes.name'),
    render: ({ name, organizationId }) => (
      <>
        {name}
        {organizationId === null && (
          <Box sx={{ fontSize: '0.75rem', fontWeight: 400, color: 'text.secondary' }}>{text('routes.everybody')}</Box>
        )}
      </>
    ),
  },
  { key: 'state', label: text('routes.state'), render: (route) => <RouteState route={route} /> },
  {
    key: 'strategy',
    label: text('routes.strategy'),
    from: 'sm',
    render: ({ strategy }) => text(`routing.strategy.${strategy}`),
  },
  {
    key: 'targets',
    label: text('routes.targets'),
    from: 'sm',
    render: ({ targets }) => [...new Set(targets.map(({ model }) => model))].join(', '),
  },
  {
    key: 'changed',
    label: text('routes.changed'),
    from: 'md',
    render: ({ updatedAt }) => <Ago instant={updatedAt} />,
  },
];
