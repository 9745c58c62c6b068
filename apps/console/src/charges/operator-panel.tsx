import { Box } from '@mui/material';
import type { ExplainedRequest } from '@tollgate/wire';
import type { ReactNode } from 'react';
import { Money } from '../figures/figures.js';
import { useText } from '../i18n/use-text.js';
import { Facts } from '../page/facts.js';
import { Panel } from '../page/panel.js';

/** Cost, margin and waste: for the operator alone. */
export function OperatorPanel({ request }: { readonly request: ExplainedRequest }) {
  const text = useText();
  const { providerCost, providerReportedCost, margin, wasted = [] } = request;
  return (
    <Panel title={text('charges.operator')} hint={text('charges.operatorHint')}>
      <Facts
        facts={[
          [text('charges.providerCost'), providerCost === undefined ? null : <Money key="cost" value={providerCost} />],
          [
            text('charges.reported'),
            providerReportedCost == null ? null : <Money key="told" value={providerReportedCost} />,
          ],
          [text('charges.margin'), margin === undefined ? null : <Money key="margin" value={margin} />],
          ...wasted.map((part): readonly [string, ReactNode] => [
            `${text('charges.wasted')} ${part.part}`,
            <Box key={part.part}>
              <Money value={part.providerCost} /> · {text(`vocabulary.outcome.${part.outcome}`)}, {part.provider}{' '}
              {part.upstreamModel}
            </Box>,
          ]),
        ]}
      />
    </Panel>
  );
}
