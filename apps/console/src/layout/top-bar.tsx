import Menu from '@mui/icons-material/Menu';
import { Box, IconButton, MenuItem, TextField } from '@mui/material';
import type { Role } from '@tollgate/wire';
import { useList } from '../api/use-list.js';
import { SimulatedTag } from '../figures/simulated-tag.js';
import { useText } from '../i18n/use-text.js';
import { SearchButton } from '../search/search-button.js';
import { useMe } from '../session/use-me.js';
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
      <SearchButton />
      <AccountMenu />
    </Box>
  );
}

interface Choice {
  readonly id: string;
  readonly name: string;
  readonly role: Role | null;
}

/** Those that one is a member of, with one's role; of the operator all. */
function useChoices(): readonly Choice[] {
  const { organizations } = useScope();
  const { me } = useMe();
  if (me === undefined || me.operator) return organizations.map(({ id, name }) => ({ id, name, role: null }));
  return me.organizations;
}

function OrganizationSwitcher() {
  const text = useText();
  const { set } = useUrlState();
  const { organization } = useScope();
  const { me, role } = useMe();
  const choices = useChoices();
  const standing = me?.operator === true ? text('roles.operator') : role === null ? null : text(`roles.${role}`);
  return (
    <TextField
      select
      value={organization.id}
      onChange={({ target }) => set({ organization: target.value, project: null })}
      sx={SWITCHER}
      slotProps={{
        htmlInput: { 'aria-label': text('topBar.organization') },
        select: { renderValue: () => <Chosen name={organization.name} standing={standing} /> },
      }}
    >
      {choices.map(({ id, name, role: held }) => (
        <MenuItem key={id} value={id} sx={LONG_NAME}>
          {name}
          {held !== null && choices.length > 1 && <Standing>{text(`roles.${held}`)}</Standing>}
        </MenuItem>
      ))}
    </TextField>
  );
}

function Chosen({ name, standing }: { readonly name: string; readonly standing: string | null }) {
  return (
    <>
      {name}
      {standing !== null && <Standing>{standing}</Standing>}
    </>
  );
}

function Standing({ children }: { readonly children: string }) {
  return (
    <Box component="span" sx={{ ml: 2, fontSize: '0.75rem', fontWeight: 400, color: 'text.secondary' }}>
      {children}
    </Box>
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
        <MenuItem key={id} value={id} sx={LONG_NAME}>
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

const LONG_NAME = { maxWidth: 480, whiteSpace: 'normal', overflowWrap: 'anywhere' } as const;

const SWITCHER = {
  width: 'auto',
  minWidth: 0,
  maxWidth: { xs: 128, sm: 240 },
  '& .MuiOutlinedInput-notchedOutline': { border: 'none' },
  '& .MuiSelect-select': { py: 1.5, pl: 2, fontWeight: 500 },
  '&:hover .MuiOutlinedInput-root': { bgcolor: 'action.hover' },
} as const;
