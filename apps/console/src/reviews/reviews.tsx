import { Stack } from '@mui/material';
import { useOperation } from '../api/use-operation.js';
import { useText } from '../i18n/use-text.js';
import { Page } from '../page/page.js';
import { SectionTabs } from '../page/section-tabs.js';
import { useUrlState } from '../url/use-url-state.js';
import { QuarantinePanel } from './quarantine-panel.js';
import { ReviewKinds } from './review-kinds.js';
import { ReviewPanel } from './review-panel.js';

const SECTIONS = ['items', 'quarantine'] as const;
const REFETCH_MS = 30_000;

/** What the operator has to look at, until somebody has said what came of it. */
export default function Reviews() {
  const text = useText();
  const { get } = useUrlState();
  const current = SECTIONS.find((name) => name === get('section')) ?? 'items';
  const { data } = useOperation('readReviewSummary', {}, { refetchMs: REFETCH_MS });
  const counts = { items: data?.openCount ?? 0, quarantine: data?.quarantined ?? 0 };
  const sections = SECTIONS.map((name) => ({
    name,
    title: `${text(`reviews.section.${name}`)}${counts[name] > 0 ? ` (${counts[name]})` : ''}`,
  }));
  return (
    <Page title={text('reviews.title')}>
      <SectionTabs label={text('reviews.sections')} sections={sections} current={current} />
      {current === 'items' ? (
        <Stack sx={{ gap: 4 }}>
          <ReviewKinds summary={data} />
          <ReviewPanel summary={data} />
        </Stack>
      ) : (
        <QuarantinePanel />
      )}
    </Page>
  );
}
