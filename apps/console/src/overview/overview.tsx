import { Box, Button } from '@mui/material';
import { Link } from 'react-router-dom';
import { Ago } from '../figures/figures.js';
import { useText } from '../i18n/use-text.js';
import { RangePicker } from '../layout/range-picker.js';
import { EmptyNotice } from '../page/empty-notice.js';
import { Page } from '../page/page.js';
import { WayButton } from '../page/way-button.js';
import { useScope } from '../url/scope.js';
import { UsageExport } from '../usage-export/usage-export.js';
import { useLinkTo } from '../url/use-url-state.js';
import { CostliestKeys } from './costliest-keys.js';
import { Headline } from './headline.js';
import { LatencyChart } from './latency-chart.js';
import { NewestErrors } from './newest-errors.js';
import { RefusedNotice } from './refused-notice.js';
import { SlowestModels } from './slowest-models.js';
import { SpendChart } from './spend-chart.js';
import { useOverviewUsage } from './use-overview-usage.js';

export default function Overview() {
  const text = useText();
  const usage = useOverviewUsage();
  const asOf = usage.current.data?.asOf;
  return (
    <Page
      title={text('overview.title')}
      actions={
        <>
          <RangePicker />
          <UsageExport />
        </>
      }
    >
      <RefusedNotice />
      {usage.isEmpty ? (
        <NoTraffic />
      ) : (
        <Box sx={GRID}>
          <Headline usage={usage} />
          <SpendChart />
          <LatencyChart usage={usage} />
          <CostliestKeys />
          <SlowestModels />
          <NewestErrors />
        </Box>
      )}
      {asOf !== undefined && (
        <Box component="p" sx={{ color: 'text.secondary', fontSize: '0.75rem', mt: 4, mb: 0 }}>
          {text('page.asOf')} <Ago instant={asOf} />
        </Box>
      )}
    </Page>
  );
}

function NoTraffic() {
  const text = useText();
  const linkTo = useLinkTo();
  const { range } = useScope();
  const isWide = range.name === '90d';
  return (
    <EmptyNotice
      title={text(isWide ? 'overview.emptyTitle' : 'overview.nothingInRange')}
      action={
        <>
          <WayButton to="/keys/create" operation="createApiKey">
            {text('overview.emptyAction')}
          </WayButton>
          {!isWide && (
            <Button component={Link} to={linkTo('/', { range: '90d' })} sx={{ ml: 2 }}>
              {text('overview.widen')}
            </Button>
          )}
        </>
      }
    >
      {text('overview.empty')}
    </EmptyNotice>
  );
}

const GRID = {
  display: 'grid',
  gap: 4,
  gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'repeat(6, minmax(0, 1fr))' },
  '& > *': { gridColumn: { lg: 'span 2' } },
  '& > :nth-child(1)': { gridColumn: { lg: '1 / -1' } },
  '& > :nth-child(2)': { gridColumn: { lg: 'span 4' } },
} as const;
