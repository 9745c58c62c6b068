import { Box, Button, TextField } from '@mui/material';
import { useText } from '../i18n/use-text.js';
import { useUrlState } from '../url/use-url-state.js';

const DAY = /^\d{4}-\d\d-\d\d$/;

/** The day that the address names; null is now. */
export function useAsOfDay(): string | null {
  const day = useUrlState().get('asOf');
  return day !== null && DAY.test(day) && !Number.isNaN(Date.parse(day)) ? day : null;
}

/** The balance of another day: of the past, or of one that is to come. */
export function AsOfPicker() {
  const text = useText();
  const { set } = useUrlState();
  const day = useAsOfDay();
  return (
    <Box sx={{ display: 'flex', gap: 2, alignItems: 'center' }}>
      <Box component="span" sx={{ fontSize: '0.8125rem', color: 'text.secondary' }}>
        {text('billing.asOf')}
      </Box>
      <TextField
        type="date"
        value={day ?? ''}
        onChange={({ target }) => set({ asOf: target.value === '' ? null : target.value })}
        sx={{ width: 170 }}
        slotProps={{ htmlInput: { 'aria-label': text('billing.asOf'), title: text('billing.asOfHint') } }}
      />
      {day !== null && <Button onClick={() => set({ asOf: null })}>{text('billing.asOfNow')}</Button>}
    </Box>
  );
}
