import { Button } from '@mui/material';
import type { UnpricedUsage } from '@tollgate/wire';
import { useOperation } from '../api/use-operation.js';
import { Ago, Count } from '../figures/figures.js';
import { useText, type Text } from '../i18n/use-text.js';
import { DataTable } from '../page/data-table.js';
import { EmptyNotice } from '../page/empty-notice.js';
import { Panel } from '../page/panel.js';
import { useMe } from '../session/use-me.js';
import { useCreateDraft } from './use-create-draft.js';
import { useNames } from './price-words.js';

/** What was used and has no price, with the way to one. */
export function UnpricedPanel() {
  const text = useText();
  const nameOf = useNames();
  const { mayCall } = useMe();
  const { data, error, refetch } = useOperation('listUnpricedUsage', {});
  const books = useOperation('listPriceBooks', { query: { limit: '200' } });
  const root = books.data?.data.find(({ parentId, organizationId }) => parentId === null && organizationId === null);
  const { start } = useCreateDraft(root?.id ?? '');
  const setPrice = ({ provider, model, meter, serviceTiers }: UnpricedUsage): void => {
    const [tier = '*'] = serviceTiers;
    start({ add: { provider, model, meter, tier } });
  };
  const onSet = mayCall('createPriceDraft') && root !== undefined ? setPrice : null;
  const columns = columnsOf(text, { nameOf, onSet });
  return (
    <Panel title={text('prices.unpriced')} flush>
      <DataTable
        label={text('prices.unpriced')}
        columns={columns}
        rows={data?.data}
        rowKey={({ provider, model, meter }) => `${provider} ${model} ${meter}`}
        error={error}
        onRetry={() => void refetch()}
        empty={<EmptyNotice title={text('prices.noUnpriced')}>{text('prices.noUnpricedHint')}</EmptyNotice>}
      />
    </Panel>
  );
}

interface Offered {
  readonly nameOf: (id: string) => string;
  /** Null: whoever looks may set no price. */
  readonly onSet: ((row: UnpricedUsage) => void) | null;
}

function columnsOf(text: Text, { nameOf, onSet }: Offered) {
  return [
    { key: 'model', label: text('prices.model'), render: ({ model }: UnpricedUsage) => model },
    {
      key: 'provider',
      label: text('prices.provider'),
      from: 'sm' as const,
      render: ({ provider }: UnpricedUsage) => provider,
    },
    {
      key: 'meter',
      label: text('prices.meter'),
      render: ({ meter }: UnpricedUsage) => text(`vocabulary.meter.${meter}`),
    },
    {
      key: 'requests',
      label: text('prices.requests'),
      numeric: true,
      render: ({ requests }: UnpricedUsage) => <Count value={requests} />,
    },
    {
      key: 'quantity',
      label: text('prices.quantity'),
      numeric: true,
      from: 'sm' as const,
      render: ({ quantity }: UnpricedUsage) => <Count value={quantity} />,
    },
    {
      key: 'since',
      label: text('prices.firstSeen'),
      from: 'md' as const,
      render: ({ since }: UnpricedUsage) => <Ago instant={since} />,
    },
    {
      key: 'organizations',
      label: text('prices.organizations'),
      from: 'md' as const,
      render: ({ organizationIds }: UnpricedUsage) => organizationIds.map(nameOf).join(', '),
    },
    ...(onSet !== null
      ? [
          {
            key: 'set',
            label: '',
            from: 'sm' as const,
            render: (row: UnpricedUsage) => (
              <Button size="small" onClick={() => onSet(row)}>
                {text('prices.setPrice')}
              </Button>
            ),
          },
        ]
      : []),
  ];
}
