import { OPERATION_TABLE } from 'virtual:operation-table';
import type { Me, OperationId, Permission } from '@tollgate/wire';
import { useOperation } from '../api/use-operation.js';

interface Self {
  /** Undefined while it is being read. */
  readonly me: Me | undefined;
  readonly error: Error | null;
  readonly refetch: () => void;
  /** Whether something may be done. What may not be done is left out of the page, not greyed. */
  readonly may: (permission: Permission) => boolean;
  /** Whether an operation would be let through, by its permission and whose it is. */
  readonly mayCall: (operation: OperationId) => boolean;
}

/** Who is signed in, and what they may do: the API's own answer, by the table that it checks against. */
export function useMe(): Self {
  const { data: me, error, refetch } = useOperation('readMe', {});
  const may = (permission: Permission): boolean => me?.permissions.includes(permission) ?? false;
  return {
    me,
    error,
    refetch: () => void refetch(),
    may,
    mayCall: (operation) => {
      const { permission, operatorOnly } = OPERATION_TABLE[operation];
      return (permission === null || may(permission)) && (!operatorOnly || me?.operator === true);
    },
  };
}
