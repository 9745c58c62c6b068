import { Box, Stack } from '@mui/material';
import { useText } from '../i18n/use-text.js';
import { EmptyNotice } from '../page/empty-notice.js';
import { Page } from '../page/page.js';
import { Panel } from '../page/panel.js';
import { useUrlState } from '../url/use-url-state.js';
import { questionIn } from './question-draft.js';
import { QuestionForm } from './question-form.js';
import { SimulationPanel } from './simulation-panel.js';

/** Which deployment a request would get, and why. */
export default function Simulator() {
  const text = useText();
  const url = useUrlState();
  const question = questionIn(url);
  return (
    <Page title={text('simulator.title')} subtitle={text('simulator.lead')}>
      <Box sx={GRID}>
        <QuestionForm initial={question} onAsk={url.set} />
        <Stack sx={{ gap: 4, minWidth: 0 }}>
          {question.model === '' ? (
            <Panel title={text('simulator.answer')}>
              <EmptyNotice title={text('simulator.nothingAsked')}>{text('simulator.empty')}</EmptyNotice>
            </Panel>
          ) : (
            <SimulationPanel question={question} />
          )}
        </Stack>
      </Box>
    </Page>
  );
}

const GRID = {
  display: 'grid',
  gap: 4,
  alignItems: 'start',
  gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 2fr) minmax(0, 3fr)' },
} as const;
