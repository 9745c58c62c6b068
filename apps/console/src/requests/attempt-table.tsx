import type { RequestDetail } from '@tollgate/wire';
import { Duration } from '../figures/figures.js';
import { useText } from '../i18n/use-text.js';
import { DataTable } from '../page/data-table.js';
import { hasOperatorCost, operatorCost } from './operator-cost.js';

type Attempt = RequestDetail['attempts'][number];

/** Every deployment that was tried, in order. */
export function AttemptTable({ attempts }: { readonly attempts: readonly Attempt[] }) {
  const text = useText();
  return (
    <DataTable
      label={text('requests.attempts')}
      rows={attempts}
      rowKey={({ startedMs, deploymentId }) => `${deploymentId}${startedMs}`}
      empty={null}
      columns={[
        {
          key: 'upstream',
          label: text('requests.upstreamModel'),
          render: ({ provider, upstreamModel }) => `${provider} · ${upstreamModel}`,
        },
        {
          key: 'deployment',
          label: text('requests.deployment'),
          from: 'md',
          render: ({ deploymentId }) => deploymentId,
        },
        {
          key: 'result',
          label: text('requests.result'),
          render: ({ errorCode, status }) => errorCode ?? text('requests.attemptStatus', { status }),
        },
        {
          key: 'begun',
          label: text('requests.begun'),
          numeric: true,
          from: 'sm',
          render: ({ startedMs }) => <Duration ms={startedMs} />,
        },
        {
          key: 'took',
          label: text('requests.took'),
          numeric: true,
          render: ({ startedMs, endedMs }) => <Duration ms={endedMs - startedMs} />,
        },
        ...(hasOperatorCost(attempts.map(({ cost }) => cost))
          ? [operatorCost<Attempt>(text('requests.attemptCost'), ({ cost }) => cost)]
          : []),
      ]}
    />
  );
}
