import { Box, Tab, Tabs } from '@mui/material';
import { useUrlState } from '../url/use-url-state.js';

interface SectionTabsProps<Name extends string> {
  /** Read out instead of a caption. */
  readonly label: string;
  readonly sections: readonly { readonly name: Name; readonly title: string }[];
  readonly current: Name;
}

/** The sections of a page; which one is shown stands in its address, as `section`. */
export function SectionTabs<Name extends string>({ label, sections, current }: SectionTabsProps<Name>) {
  const { set } = useUrlState();
  return (
    <Box sx={{ borderBottom: '1px solid', borderColor: 'divider', mb: 5 }}>
      <Tabs
        value={current}
        onChange={(_event, name: Name) => set({ section: name === sections[0]?.name ? null : name })}
        variant="scrollable"
        allowScrollButtonsMobile
        aria-label={label}
      >
        {sections.map(({ name, title }) => (
          <Tab key={name} value={name} label={title} />
        ))}
      </Tabs>
    </Box>
  );
}
