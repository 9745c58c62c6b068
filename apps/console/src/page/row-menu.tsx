import MoreVert from '@mui/icons-material/MoreVert';
import { IconButton, Menu, MenuItem } from '@mui/material';
import { useState } from 'react';

interface RowAction {
  readonly label: string;
  readonly isDestructive?: boolean;
  readonly onChoose: () => void;
}

interface RowMenuProps {
  /** Says of which row. */
  readonly label: string;
  readonly actions: readonly RowAction[];
}

/** What can be done with one row of a table. */
export function RowMenu({ label, actions }: RowMenuProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const close = (): void => setAnchor(null);
  return (
    <>
      <IconButton
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        onClick={({ currentTarget }) => setAnchor(currentTarget)}
      >
        <MoreVert sx={{ fontSize: 18 }} />
      </IconButton>
      <Menu open={anchor !== null} anchorEl={anchor} onClose={close}>
        {actions.map(({ label: words, isDestructive = false, onChoose }) => (
          <MenuItem
            key={words}
            sx={isDestructive ? { color: 'error.main' } : {}}
            onClick={() => {
              close();
              onChoose();
            }}
          >
            {words}
          </MenuItem>
        ))}
      </Menu>
    </>
  );
}
