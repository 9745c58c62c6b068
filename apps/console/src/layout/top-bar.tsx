import Menu from '@mui/icons-material/Menu';
import { Box, IconButton, MenuItem, TextField } from '@mui/material';
import { useList } from '../api/use-list.js';
import { SimulatedTag } from '../figures/simulated-tag.js';
import { useText } from '../i18n/use-text.js';
import { useScope } from '../url/scope.js';
import { useUrlState } from '../url/use-url-state.js';
import { AccountMenu } from './account-menu.js';

/** Whose figures these are, and who is looking. */
export function TopBar({ onOpenMenu }: { readonly onOpenMenu: () => void }) {
  const text = useText();
  const { organization } = useScope();
  return (
    <Box component="header" sx={TOP_BAR}>
      <IconButton
        onClick={onOpenMenu}
        aria-label={text('navigation.open')}
        sx={{ display: { md: 'none' }, ml: -1, width: 36, height: 36 }}
      >
        <Menu fontSize="small" />
      </IconButton>
      <OrganizationSwitcher />
      <ProjectSwitcher />
      {organization.simulated && <SimulatedTag />}
      <Box sx={{ flex: 1 }} />
      <AccountMenu />
    </Box>
  );
}

function OrganizationSwitcher() {
  const text = useText();
  const { set } = useUrlState();
  const { organization, organizations } = useScope();
  return (
    <TextField
      select
      value={organization.id}
      onChange={({ target }) => set({ organization: target.value, project: null })}
      sx={SWITCHER}
      slotProps={{ htmlInput: { 'aria-label': text('topBar.organization') } }}
    >
      {organizations.map(({ id, name }) => (
        <MenuItem key={id} value={id}>
          {name}
        </MenuItem>
      ))}
    </TextField>
  );
}

const ALL = 'all';

function ProjectSwitcher() {
  const text = useText();
  const { set } = useUrlState();
  const { organization, projectId } = useScope();
  const { rows = [] } = useList('projects', {
    filter: { organizationId: organization.id },
    sort: 'name',
    perPage: 200,
  });
  const value = rows.some(({ id }) => id === projectId) ? projectId : ALL;
  return (
    <TextField
      select
      value={value}
      onChange={({ target }) => set({ project: target.value === ALL ? null : target.value })}
      sx={SWITCHER}
      slotProps={{ htmlInput: { 'aria-label': text('topBar.project') } }}
    >
      <MenuItem value={ALL}>{text('topBar.allProjects')}</MenuItem>
      {rows.map(({ id, name }) => (
        <MenuItem key={id} value={id}>
          {name}
        </MenuItem>
      ))}
    </TextField>
  );
}

const TOP_BAR = {
  display: 'flex',
  alignItems: 'center',
  gap: { xs: 1, sm: 2 },
  height: 52,
  px: { xs: 3, sm: 6 },
  borderBottom: '1px solid',
  borderColor: 'divider',
  bgcolor: 'background.default',
  position: 'sticky',
  top: 0,
  zIndex: 10,
} as const;

const SWITCHER = {
  width: 'auto',
  minWidth: 0,
  maxWidth: { xs: 128, sm: 240 },
  '& .MuiOutlinedInput-notchedOutline': { border: 'none' },
  '& .MuiSelect-select': { py: 1.5, pl: 2, fontWeight: 500 },
  '&:hover .MuiOutlinedInput-root': { bgcolor: 'action.hover' },
} as const;
