import { Button } from '@mui/material';
import { Link } from 'react-router-dom';
import { useText } from '../i18n/use-text.js';
import { Entrance } from './entrance.js';

interface DeadEndProps {
  readonly title: string;
  /** What may have happened, and what to do. */
  readonly hint: string;
}

/** A link that leads nowhere, or no longer. */
export function DeadEnd({ title, hint }: DeadEndProps) {
  const text = useText();
  return (
    <Entrance title={title} lead={hint}>
      <Button variant="outlined" component={Link} to="/login">
        {text('setUp.toSignIn')}
      </Button>
    </Entrance>
  );
}
