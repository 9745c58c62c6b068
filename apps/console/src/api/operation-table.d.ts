/** Written by the build from the operations of `@tollgate/wire`. */
declare module 'virtual:operation-table' {
  import type { Method, OperationId, Permission } from '@tollgate/wire';

  export const OPERATION_TABLE: Readonly<
    Record<
      OperationId,
      {
        readonly method: Method;
        readonly path: string;
        readonly permission: Permission | null;
        readonly ownPermission: Permission | null;
        readonly operatorOnly: boolean;
      }
    >
  >;
  export const ORGANIZATION_HEADER: string;
}
