import type { Permission } from '@tollgate/wire';

interface Me {
  /** Whether something may be done. What may not be done is left out of the page, not greyed. */
  readonly may: (permission: Permission) => boolean;
}

export function useMe(): Me {
  return { may: () => true };
}
