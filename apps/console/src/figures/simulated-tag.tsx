import { Chip } from '@mui/material';
import { useText } from '../i18n/use-text.js';

/** Stands beside everything that no real provider and no real money were in. */
export function SimulatedTag() {
  const text = useText();
  return <Chip label={text('vocabulary.simulated')} size="small" variant="outlined" color="warning" />;
}
