import { Typography } from '@mui/material';
import { formatPicos, parsePicos } from '@tollgate/domain';
import type { RequestDetail } from '@tollgate/wire';
import { Money } from '../figures/figures.js';
import { useText } from '../i18n/use-text.js';
import { Facts } from '../page/facts.js';
import { Panel } from '../page/panel.js';

/** What was set aside for the request, and what became of it. */
export function HoldPanel({ request }: { readonly request: RequestDetail }) {
  const text = useText();
  const { hold, capturedCost } = request;
  const held = parsePicos(hold.amount);
  const refused = request.outcome === 'refused';
  if (held === 0n || refused) {
    return (
      <Panel title={text('requests.limits')}>
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          {text(refused ? 'requests.refusedUnheld' : 'requests.noHold')}
        </Typography>
      </Panel>
    );
  }
  const captured = parsePicos(capturedCost?.amount ?? '0');
  const returned = { amount: formatPicos(held > captured ? held - captured : 0n), currency: hold.currency };
  return (
    <Panel title={text('requests.limits')}>
      <Facts
        facts={[
          [text('requests.held'), <Money key="held" value={hold} />],
          [
            text('requests.captured'),
            capturedCost === null ? text('page.none') : <Money key="captured" value={capturedCost} />,
          ],
          [text('requests.returned'), <Money key="returned" value={returned} />],
        ]}
      />
    </Panel>
  );
}
