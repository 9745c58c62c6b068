import AccountCircleOutlined from '@mui/icons-material/AccountCircleOutlined';
import Check from '@mui/icons-material/Check';
import { Divider, IconButton, ListSubheader, Menu, MenuItem, Typography } from '@mui/material';
import { useColorScheme } from '@mui/material/styles';
import { useState } from 'react';
import { useLogout } from 'react-admin';
import { Link } from 'react-router-dom';
import { useText } from '../i18n/use-text.js';
import { useMe } from '../session/use-me.js';
import { useLinkTo } from '../url/use-url-state.js';

const MODES = ['light', 'dark', 'system'] as const;

export function AccountMenu() {
  const text = useText();
  const logout = useLogout();
  const linkTo = useLinkTo();
  const user = useMe().me?.user;
  const { mode, setMode } = useColorScheme();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <>
      <IconButton
        aria-label={text('topBar.account')}
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        onClick={({ currentTarget }) => setAnchor(currentTarget)}
        sx={{ width: 36, height: 36 }}
      >
        <AccountCircleOutlined fontSize="small" />
      </IconButton>
      <Menu open={anchor !== null} anchorEl={anchor} onClose={() => setAnchor(null)}>
        {user != null && (
          <Typography component="li" variant="body2" sx={{ px: 4, py: 2, color: 'text.secondary' }}>
            {user.name}
            <br />
            {user.email}
          </Typography>
        )}
        <MenuItem component={Link} to={linkTo('/account')} onClick={() => setAnchor(null)}>
          {text('topBar.yourAccount')}
        </MenuItem>
        <Divider />
        <ListSubheader sx={{ lineHeight: '28px', bgcolor: 'transparent' }}>{text('topBar.appearance')}</ListSubheader>
        {MODES.map((name) => (
          <MenuItem key={name} role="menuitemradio" aria-checked={mode === name} onClick={() => setMode(name)}>
            {text(`topBar.${name}`)}
            {mode === name && <Check sx={{ fontSize: 16, ml: 'auto', pl: 1 }} />}
          </MenuItem>
        ))}
        <Divider />
        {/* whoever signs in next may be somebody else, and begins at the beginning */}
        <MenuItem onClick={() => void logout(undefined, undefined, false)}>{text('topBar.signOut')}</MenuItem>
      </Menu>
    </>
  );
}
