import { useText } from '../i18n/use-text.js';
import { Page } from '../page/page.js';
import { SectionTabs } from '../page/section-tabs.js';
import { useUrlState } from '../url/use-url-state.js';
import { BookPanel } from './book-panel.js';
import { CorrectionPanel } from './correction-panel.js';
import { DifferencePanel } from './difference-panel.js';
import { UnpricedPanel } from './unpriced-panel.js';

const SECTIONS = ['books', 'unpriced', 'differences', 'corrections'] as const;
const PANELS = {
  books: BookPanel,
  unpriced: UnpricedPanel,
  differences: DifferencePanel,
  corrections: CorrectionPanel,
} as const;

/** What is charged and what is paid: the books, and what is wrong with them. */
export default function PriceBooks() {
  const text = useText();
  const { get } = useUrlState();
  const current = SECTIONS.find((name) => name === get('section')) ?? 'books';
  const Panel = PANELS[current];
  const sections = SECTIONS.map((name) => ({ name, title: text(`prices.section.${name}`) }));
  return (
    <Page title={text('prices.title')} subtitle={text('prices.lead')}>
      <SectionTabs label={text('prices.sections')} sections={sections} current={current} />
      <Panel />
    </Page>
  );
}
