import ArrowDropDown from '@mui/icons-material/ArrowDropDown';
import { Box, Button, Menu, MenuItem, Stack, TextField } from '@mui/material';
import { useState } from 'react';
import { useText } from '../i18n/use-text.js';
import { useScope } from '../url/scope.js';
import { daysOf, RANGES } from '../url/time-range.js';
import { useUrlState } from '../url/use-url-state.js';

/** The time range and the zone in which its days are cut, on the right of every page of figures. */
export function RangePicker() {
  return (
    <>
      <ZoneSelect />
      <RangeMenu />
    </>
  );
}

function RangeMenu() {
  const text = useText();
  const { set } = useUrlState();
  const { range, zone } = useScope();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const known = RANGES.find((name) => name === range.name);
  const choose = (name: string): void => {
    set({ range: name });
    setAnchor(null);
  };
  return (
    <>
      <Button
        variant="outlined"
        aria-haspopup="menu"
        aria-label={text('topBar.range')}
        onClick={({ currentTarget }) => setAnchor(currentTarget)}
        endIcon={<ArrowDropDown />}
      >
        {known === undefined ? range.name.replace('..', ' – ') : text(`range.${known}`)}
      </Button>
      <Menu open={anchor !== null} anchorEl={anchor} onClose={() => setAnchor(null)}>
        {RANGES.map((name) => (
          <MenuItem key={name} selected={name === range.name} onClick={() => choose(name)}>
            {text(`range.${name}`)}
          </MenuItem>
        ))}
        <OtherDays key={range.name + zone} {...daysOf(range, zone)} onChoose={choose} />
      </Menu>
    </>
  );
}

interface OtherDaysProps {
  readonly first: string;
  readonly last: string;
  readonly onChoose: (range: string) => void;
}

function OtherDays({ onChoose, ...days }: OtherDaysProps) {
  const text = useText();
  const [first, setFirst] = useState(days.first);
  const [last, setLast] = useState(days.last);
  return (
    <Box
      component="li"
      // letters that are typed into the fields are not for finding an entry of the menu
      onKeyDown={(event) => event.key !== 'Escape' && event.stopPropagation()}
      sx={{ px: 4, pt: 3, pb: 2, borderTop: '1px solid', borderColor: 'divider', mt: 2 }}
    >
      <Stack sx={{ gap: 3 }}>
        <DayField label={text('topBar.first')} value={first} onChange={setFirst} />
        <DayField label={text('topBar.last')} value={last} onChange={setLast} />
        <Button
          variant="contained"
          disabled={first === '' || last === '' || last < first}
          onClick={() => onChoose(`${first}..${last}`)}
        >
          {text('topBar.apply')}
        </Button>
      </Stack>
    </Box>
  );
}

interface DayFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (day: string) => void;
}

function DayField({ label, value, onChange }: DayFieldProps) {
  return (
    <TextField
      type="date"
      label={label}
      value={value}
      onChange={({ target }) => onChange(target.value)}
      slotProps={{ inputLabel: { shrink: true } }}
    />
  );
}

function ZoneSelect() {
  const text = useText();
  const { set } = useUrlState();
  const { zone, organization } = useScope();
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zones = [...new Set([organization.timeZone, 'UTC', own, zone])];
  const label = (name: string): string => {
    if (name === organization.timeZone) return text('topBar.organizationZone', { zone: name });
    return name === own ? text('topBar.browserZone', { zone: name }) : name;
  };
  return (
    <TextField
      select
      value={zone}
      onChange={({ target }) => set({ zone: target.value === organization.timeZone ? null : target.value })}
      sx={{ width: 'auto', '& .MuiSelect-select': { py: 1.25, fontSize: '0.8125rem' } }}
      slotProps={{ htmlInput: { 'aria-label': text('topBar.zone') }, select: { renderValue: () => zone } }}
    >
      {zones.map((name) => (
        <MenuItem key={name} value={name}>
          {label(name)}
        </MenuItem>
      ))}
    </TextField>
  );
}
