import { Box, Stack, Typography, type SxProps, type Theme } from '@mui/material';
import { NavLink } from 'react-router-dom';
import { useText } from '../i18n/use-text.js';
import { useLinkTo } from '../url/use-url-state.js';
import { type Place, usePlaceGroups } from './places.js';
import { Wordmark } from './wordmark.js';

/** The ways to all places. */
export function Rail({ onNavigate }: { readonly onNavigate?: (() => void) | undefined }) {
  const text = useText();
  const groups = usePlaceGroups();
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
      {groups.map(({ label, places }) => (
        <Stack key={label ?? ''} sx={{ gap: 0.5, mt: label === null ? 0 : 2 }}>
          {label !== null && (
            <Typography variant="caption" sx={{ px: 2, color: 'text.secondary' }}>
              {text(label)}
            </Typography>
          )}
          {places.map((place) => (
            <PlaceLink key={place.path} place={place} />
          ))}
        </Stack>
      ))}
    </Stack>
  );
}

function PlaceLink({ place: { path, label, icon: Icon, mark: Mark } }: { readonly place: Place }) {
  const text = useText();
  const linkTo = useLinkTo();
  return (
    <Box component={NavLink} to={linkTo(path)} end={path === '/'} sx={PLACE_LINK}>
      <Icon sx={{ fontSize: 18 }} />
      {text(label)}
      {Mark !== undefined && <Mark />}
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
