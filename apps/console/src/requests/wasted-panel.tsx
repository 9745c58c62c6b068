import { inputTokens, outputTokens } from '@tollgate/domain';
import type { WastedPart } from '@tollgate/wire';
import { Count } from '../figures/figures.js';
import { OutcomeMark } from '../figures/outcome-mark.js';
import { useText } from '../i18n/use-text.js';
import { DataTable } from '../page/data-table.js';
import { Panel } from '../page/panel.js';
import { hasOperatorCost, operatorCost } from './operator-cost.js';

/** What the request cost beside: nobody is charged for it. */
export function WastedPanel({ wasted }: { readonly wasted: readonly WastedPart[] }) {
  const text = useText();
  const costs = wasted.map(({ providerCost }) => providerCost);
  return (
    <Panel title={text('requests.wasted')} hint={text('requests.wastedHint')} flush>
      <DataTable
        label={text('requests.wasted')}
        rows={wasted}
        rowKey={({ part }) => String(part)}
        empty={null}
        columns={[
          {
            key: 'what',
            label: text('requests.wastedWhat'),
            render: ({ outcome }) => <OutcomeMark outcome={outcome} />,
          },
          {
            key: 'upstream',
            label: text('requests.upstreamModel'),
            render: ({ provider, upstreamModel }) => `${provider ?? ''} · ${upstreamModel ?? ''}`,
          },
          {
            key: 'tokens',
            label: text('requests.tokens'),
            numeric: true,
            from: 'sm',
            render: ({ usage }) => (
              <>
                <Count value={inputTokens(usage)} /> / <Count value={outputTokens(usage)} />
              </>
            ),
          },
          ...(hasOperatorCost(costs)
            ? [operatorCost<WastedPart>(text('requests.attemptCost'), ({ providerCost }) => providerCost)]
            : []),
        ]}
      />
    </Panel>
  );
}
