import AccountBalanceOutlined from '@mui/icons-material/AccountBalanceOutlined';
import CloudOutlined from '@mui/icons-material/CloudOutlined';
import FolderOutlined from '@mui/icons-material/FolderOutlined';
import ForumOutlined from '@mui/icons-material/ForumOutlined';
import GroupOutlined from '@mui/icons-material/GroupOutlined';
import InsightsOutlined from '@mui/icons-material/InsightsOutlined';
import KeyOutlined from '@mui/icons-material/KeyOutlined';
import ListAltOutlined from '@mui/icons-material/ListAltOutlined';
import SettingsOutlined from '@mui/icons-material/SettingsOutlined';
import ViewInArOutlined from '@mui/icons-material/ViewInArOutlined';
import { Box, Stack, type SvgIconProps, type SxProps, type Theme } from '@mui/material';
import type { OperationId } from '@tollgate/wire';
import type { ComponentType } from 'react';
import { NavLink } from 'react-router-dom';
import { useText, type TextKey } from '../i18n/use-text.js';
import { useMe } from '../session/use-me.js';
import { useLinkTo } from '../url/use-url-state.js';
import { Wordmark } from './wordmark.js';

interface Place {
  readonly path: string;
  readonly label: TextKey;
  readonly icon: ComponentType<SvgIconProps>;
  /** Who may call it sees the page. */
  readonly operation: OperationId;
}

const PLACES: readonly Place[] = [
  { path: '/', label: 'navigation.overview', icon: InsightsOutlined, operation: 'readUsage' },
  { path: '/requests', label: 'navigation.requests', icon: ListAltOutlined, operation: 'listRequests' },
  { path: '/models', label: 'navigation.models', icon: ViewInArOutlined, operation: 'listModels' },
  { path: '/playground', label: 'navigation.playground', icon: ForumOutlined, operation: 'openPlayground' },
  { path: '/keys', label: 'navigation.keys', icon: KeyOutlined, operation: 'listOrganizationApiKeys' },
  { path: '/ledger', label: 'navigation.ledger', icon: AccountBalanceOutlined, operation: 'listLedgerTransactions' },
  { path: '/projects', label: 'navigation.projects', icon: FolderOutlined, operation: 'listProjects' },
  { path: '/members', label: 'navigation.members', icon: GroupOutlined, operation: 'listMembers' },
  { path: '/providers', label: 'navigation.providers', icon: CloudOutlined, operation: 'listProviderCredentials' },
  { path: '/settings', label: 'navigation.settings', icon: SettingsOutlined, operation: 'updateOrganization' },
];

/** Where one can go. What somebody may not see is not there. */
export function Rail({ onNavigate }: { readonly onNavigate?: (() => void) | undefined }) {
  const text = useText();
  const { mayCall } = useMe();
  return (
    <Stack
      component="nav"
      aria-label={text('navigation.label')}
      onClick={onNavigate}
      sx={{ p: 3, gap: 0.5, width: 208 }}
    >
      <Box sx={{ px: 2 }}>
        <Wordmark />
      </Box>
      {PLACES.filter(({ operation }) => mayCall(operation)).map((place) => (
        <PlaceLink key={place.path} place={place} />
      ))}
    </Stack>
  );
}

function PlaceLink({ place: { path, label, icon: Icon } }: { readonly place: Place }) {
  const text = useText();
  const linkTo = useLinkTo();
  return (
    <Box component={NavLink} to={linkTo(path)} end={path === '/'} sx={PLACE_LINK}>
      <Icon sx={{ fontSize: 18 }} />
      {text(label)}
    </Box>
  );
}

const PLACE_LINK: SxProps<Theme> = {
  display: 'flex',
  alignItems: 'center',
  gap: 2.5,
  px: 2,
  height: 34,
  borderRadius: 1,
  color: 'text.secondary',
  textDecoration: 'none',
  fontSize: '0.875rem',
  '&:hover': { bgcolor: 'action.hover', color: 'text.primary' },
  '&.active': { bgcolor: 'action.selected', color: 'text.primary', fontWeight: 500 },
};
