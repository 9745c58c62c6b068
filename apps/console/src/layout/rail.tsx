import AccountBalanceOutlined from '@mui/icons-material/AccountBalanceOutlined';
import CloudOutlined from '@mui/icons-material/CloudOutlined';
import ForumOutlined from '@mui/icons-material/ForumOutlined';
import InsightsOutlined from '@mui/icons-material/InsightsOutlined';
import KeyOutlined from '@mui/icons-material/KeyOutlined';
import ListAltOutlined from '@mui/icons-material/ListAltOutlined';
import ViewInArOutlined from '@mui/icons-material/ViewInArOutlined';
import { Box, Stack, Typography, type SvgIconProps, type SxProps, type Theme } from '@mui/material';
import type { Permission } from '@tollgate/wire';
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
  readonly permission: Permission;
}

const PLACES: readonly Place[] = [
  { path: '/', label: 'navigation.overview', icon: InsightsOutlined, permission: 'usage.read' },
  { path: '/requests', label: 'navigation.requests', icon: ListAltOutlined, permission: 'requests.read' },
  { path: '/models', label: 'navigation.models', icon: ViewInArOutlined, permission: 'models.read' },
  { path: '/playground', label: 'navigation.playground', icon: ForumOutlined, permission: 'api-keys.write' },
  { path: '/keys', label: 'navigation.keys', icon: KeyOutlined, permission: 'api-keys.read' },
  { path: '/ledger', label: 'navigation.ledger', icon: AccountBalanceOutlined, permission: 'ledger.read' },
];

const OPERATOR_PLACES: readonly Place[] = [
  { path: '/providers', label: 'navigation.providers', icon: CloudOutlined, permission: 'provider-credentials.read' },
];

/** Where one can go. What somebody may not see is not there. */
export function Rail({ onNavigate }: { readonly onNavigate?: (() => void) | undefined }) {
  const text = useText();
  const { me, may } = useMe();
  const operatorPlaces = me?.operator === true ? OPERATOR_PLACES.filter(({ permission }) => may(permission)) : [];
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
      {PLACES.filter(({ permission }) => may(permission)).map((place) => (
        <PlaceLink key={place.path} place={place} />
      ))}
      {operatorPlaces.length > 0 && (
        <Typography variant="caption" sx={{ color: 'text.secondary', px: 2, pt: 4, pb: 1 }}>
          {text('navigation.operator')}
        </Typography>
      )}
      {operatorPlaces.map((place) => (
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
