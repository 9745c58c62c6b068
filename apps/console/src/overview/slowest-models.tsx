import { useOperation } from '../api/use-operation.js';
import { Duration } from '../figures/figures.js';
import { useText } from '../i18n/use-text.js';
import { DataTable } from '../page/data-table.js';
import { Panel } from '../page/panel.js';
import { useScope } from '../url/scope.js';
import { useLinkTo } from '../url/use-url-state.js';
import { TableNote } from './table-note.js';
import { latencyOf } from './usage-values.js';
import { usageFilter } from './use-overview-usage.js';

const ROWS = 5;

export function SlowestModels() {
  const text = useText();
  const linkTo = useLinkTo();
  const filter = usageFilter(useScope());
  const { data, error, refetch } = useOperation('readUsage', {
    query: { measure: 'latencyP95,firstTokenP95', by: 'model', ...filter },
  });
  const rows = data?.series
    .filter(({ key, total }) => (key['model'] ?? '') !== '' && latencyOf(total, 'latencyP95') !== null)
    .toSorted((a, b) => (latencyOf(b.total, 'latencyP95') ?? 0) - (latencyOf(a.total, 'latencyP95') ?? 0))
    .slice(0, ROWS);
  return (
    <Panel title={text('overview.slowestModels')} flush>
      <DataTable
        label={text('overview.slowestModels')}
        rows={rows}
        rowKey={({ key }) => key['model'] ?? ''}
        rowHref={({ key }) => linkTo('/requests', { model: key['model'] })}
        error={error}
        onRetry={() => void refetch()}
        empty={<TableNote>{text('overview.noModels')}</TableNote>}
        skeletonRows={ROWS}
        columns={[
          { key: 'model', label: text('overview.model'), render: ({ key }) => key['model'] },
          {
            key: 'first',
            label: text('overview.firstTokenP95'),
            numeric: true,
            render: ({ total }) => <Duration ms={latencyOf(total, 'firstTokenP95')} />,
          },
          {
            key: 'p95',
            label: text('overview.p95'),
            numeric: true,
            render: ({ total }) => <Duration ms={latencyOf(total, 'latencyP95')} />,
          },
        ]}
      />
    </Panel>
  );
}
