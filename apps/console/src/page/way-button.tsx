import { Button, type ButtonProps } from '@mui/material';
import type { OperationId } from '@tollgate/wire';
import type { ReactNode } from 'react';
import { Link } from 'react-router-dom';
import { useMe } from '../session/use-me.js';
import { useLinkTo } from '../url/use-url-state.js';

interface WayButtonProps {
  readonly to: string;
  /** Who may not call it is not led there. */
  readonly operation: OperationId;
  readonly variant?: ButtonProps['variant'];
  readonly children: ReactNode;
}

/** Leads to another page whoever may do there what it is for. */
export function WayButton({ to, operation, variant = 'contained', children }: WayButtonProps) {
  const linkTo = useLinkTo();
  const { mayCall } = useMe();
  if (!mayCall(operation)) return null;
  return (
    <Button variant={variant} component={Link} to={linkTo(to)}>
      {children}
    </Button>
  );
}
