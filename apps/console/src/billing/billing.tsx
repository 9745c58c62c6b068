import { Button } from '@mui/material';
import { useText } from '../i18n/use-text.js';
import { Page } from '../page/page.js';
import { SectionTabs } from '../page/section-tabs.js';
import { useMe } from '../session/use-me.js';
import { UsageExport } from '../usage-export/usage-export.js';
import { useUrlState } from '../url/use-url-state.js';
import { BalanceSection } from './balance-section.js';
import { LedgerSection } from './ledger-section.js';
import { PeriodSection } from './period-section.js';
import { PostingDialog } from './posting-dialog.js';
import { PostingPanel } from './posting-panel.js';

const SECTIONS = ['balance', 'ledger', 'postings', 'periods'] as const;
const POST = 'post';

const CONTENT = {
  balance: BalanceSection,
  ledger: LedgerSection,
  postings: PostingPanel,
  periods: PeriodSection,
} as const;

/** What an organization has, owes and was charged, down to the single entry; and what the operator does about it. */
export default function Billing() {
  const text = useText();
  const { get, set } = useUrlState();
  const { mayCall } = useMe();
  const current = SECTIONS.find((name) => name === get('section')) ?? 'balance';
  const sections = SECTIONS.map((name) => ({ name, title: text(`billing.section.${name}`) }));
  const Content = CONTENT[current];
  return (
    <Page
      title={text('billing.title')}
      actions={
        <>
          <UsageExport />
          {mayCall('createManualPosting') && (
            <Button variant="contained" onClick={() => set({ dialog: POST })}>
              {text('billing.post')}
            </Button>
          )}
        </>
      }
    >
      <SectionTabs label={text('billing.sections')} sections={sections} current={current} />
      <Content />
      {get('dialog') === POST && mayCall('createManualPosting') && (
        <PostingDialog onClose={() => set({ dialog: null })} />
      )}
    </Page>
  );
}
