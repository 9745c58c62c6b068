import type { UsageAnswer } from '@tollgate/wire';
import { useKeyNames } from '../api/use-key-names.js';
import { useOperation } from '../api/use-operation.js';
import { approximateMoney } from '../figures/format-money.js';
import { Count, Money } from '../figures/figures.js';
import { useText } from '../i18n/use-text.js';
import { DataTable } from '../page/data-table.js';
import { Panel } from '../page/panel.js';
import { useScope } from '../url/scope.js';
import { useLinkTo } from '../url/use-url-state.js';
import { TableNote } from './table-note.js';
import { countOf, moneyOf } from './usage-values.js';
import { usageFilter } from './use-overview-usage.js';

const ROWS = 5;

type UsageSeries = UsageAnswer['series'][number];

export function CostliestKeys() {
  const text = useText();
  const linkTo = useLinkTo();
  const scope = useScope();
  const { keys, nameOf } = useKeyNames(scope.organization.id);
  const { projectId, ...filter } = usageFilter(scope);
  const { data, error, refetch } = useOperation('readUsage', {
    query: { measure: 'cost,requests', by: 'apiKey', ...filter },
  });
  const isMine = ({ key }: UsageSeries): boolean =>
    projectId === undefined || keys.some(({ id, projectId: of }) => id === key['apiKey'] && of === projectId);
  const rows = data?.series
    .filter(isMine)
    .toSorted((a, b) => approximateMoney(moneyOf(b.total, 'cost')) - approximateMoney(moneyOf(a.total, 'cost')))
    .slice(0, ROWS);
  return (
    <Panel title={text('overview.costliestKeys')} flush>
      <DataTable
        label={text('overview.costliestKeys')}
        rows={rows}
        rowKey={({ key }) => key['apiKey'] ?? ''}
        rowHref={({ key }) => linkTo('/requests', { key: key['apiKey'] })}
        error={error}
        onRetry={() => void refetch()}
        empty={<TableNote>{text('overview.noKeys')}</TableNote>}
        skeletonRows={ROWS}
        columns={[
          { key: 'key', label: text('overview.key'), render: ({ key }) => nameOf(key['apiKey'] ?? '') },
          {
            key: 'requests',
            label: text('overview.requests'),
            numeric: true,
            render: ({ total }) => <Count value={countOf(total, 'requests')} />,
          },
          {
            key: 'spend',
            label: text('overview.spend'),
            numeric: true,
            render: ({ total }) => <Money value={moneyOf(total, 'cost')} />,
          },
        ]}
      />
    </Panel>
  );
}
