import {
  ALL_PERMISSIONS,
  mayGiveRole,
  ROLE_SCOPES,
  type Me,
  type OperationId,
  type Permission,
  type Role,
} from '@tollgate/wire';
import { OPERATION_TABLE } from 'virtual:operation-table';
import { useOperation } from '../api/use-operation.js';
import { useUrlState } from '../url/use-url-state.js';

interface Self {
  /** Undefined while it is being read. */
  readonly me: Me | undefined;
  readonly error: Error | null;
  readonly refetch: () => void;
  /** In the organization that is looked at; null: none, or the operator's rights over all. */
  readonly role: Role | null;
  /** Whether something may be done. What may not be done is left out of the page, not greyed. */
  readonly may: (permission: Permission) => boolean;
  /**
   * Whether an operation would be let through, by its permission and whose it is.
   * @param ownerId of the key that it is about: some may do with their own what they may not with those of others
   */
  readonly mayCall: (operation: OperationId, ownerId?: string | null) => boolean;
  /** Whether a role may be given to others, or taken from them. */
  readonly mayGive: (role: Role) => boolean;
}

/** Who is signed in, and what they may do: the API's own answer, by the table that it checks against. */
export function useMe(): Self {
  const { data: me, error, refetch } = useOperation('readMe', {});
  const organization = useUrlState().get('organization');
  const role = me === undefined ? null : roleIn(me, organization);
  const may = (permission: Permission): boolean => me?.permissions.includes(permission) ?? false;
  return {
    me,
    error,
    refetch: () => void refetch(),
    role,
    may,
    mayCall: (operation, ownerId) => {
      const { permission, ownPermission, operatorOnly } = OPERATION_TABLE[operation];
      if (operatorOnly && me?.operator !== true) return false;
      if (permission === null || may(permission)) return true;
      const isOwn = ownerId === undefined || (ownerId !== null && ownerId === me?.user?.id);
      return ownPermission !== null && may(ownPermission) && isOwn;
    },
    mayGive: (given) => {
      if (me?.operator === true) return mayGiveRole([ALL_PERMISSIONS], given);
      return role !== null && mayGiveRole(ROLE_SCOPES[role], given);
    },
  };
}

/** The first organization is meant where none is named, by the API as well. */
function roleIn({ operator, organizations }: Me, organization: string | null): Role | null {
  if (operator) return null;
  const found = organization === null ? organizations[0] : organizations.find(({ id }) => id === organization);
  return found?.role ?? null;
}
