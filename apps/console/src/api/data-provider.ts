import type { OperationId, Page } from '@tollgate/wire';
import type { DataProvider, GetListParams, RaRecord } from 'react-admin';
import { OPERATION_TABLE } from 'virtual:operation-table';
import { callOperation, type CallOptions, type RequestOf } from './call-operation.js';
import { PageCursors } from './page-cursors.js';
import { RESOURCES, type ResourceName } from './resources.js';

const DEFAULT_PAGE = { page: 1, perPage: 50 };

/**
 * Lists resources through the management API. Filters become the fields of the query, or of the path where the list
 * belongs to another resource. Whatever else there is has an operation of its own, which is called by name.
 */
export function createDataProvider(): DataProvider {
  const cursors = new PageCursors();
  return {
    supportAbortSignal: true,
    async getList(resource, params) {
      const list = listOf(resource);
      const { params: path, query } = distribute(list, params);
      const pagination = params.pagination ?? DEFAULT_PAGE;
      const found = await cursors.read<RaRecord>(
        JSON.stringify([resource, path, query, organizationOf(params.meta)]),
        pagination,
        async (limit, cursor) =>
          (await call(
            list,
            { params: path, query: { ...query, limit: String(limit), cursor } },
            { signal: params.signal, organization: organizationOf(params.meta) },
          )) as Page<RaRecord>,
      );
      return {
        data: [...found.data] as never[],
        pageInfo: { hasNextPage: found.nextCursor !== null, hasPreviousPage: pagination.page > 1 },
        meta: { asOf: found.asOf },
      };
    },
    getOne: () => unsupported('getOne'),
    getMany: () => unsupported('getMany'),
    getManyReference: () => unsupported('getManyReference'),
    create: () => unsupported('create'),
    update: () => unsupported('update'),
    updateMany: () => unsupported('updateMany'),
    delete: () => unsupported('delete'),
    deleteMany: () => unsupported('deleteMany'),
  };
}

type LooseRequest = Readonly<Record<'params' | 'query', Readonly<Record<string, unknown>>>>;

/** The table of resources decides which operation is called, so that what it takes is known at run time only. */
function call(id: OperationId, request: Partial<LooseRequest>, options: CallOptions): Promise<unknown> {
  return callOperation(id, request as RequestOf<OperationId>, options);
}

/** What a list was asked for is about the organization that the address named then. */
function organizationOf(meta: unknown): string | null {
  if (typeof meta !== 'object' || meta === null || !('organization' in meta)) return null;
  return typeof meta.organization === 'string' ? meta.organization : null;
}

function listOf(resource: string): OperationId {
  if (!Object.hasOwn(RESOURCES, resource)) throw new RangeError(`unknown resource ${resource}`);
  return RESOURCES[resource as ResourceName];
}

function distribute(list: OperationId, { filter, sort }: GetListParams): LooseRequest {
  const { path } = OPERATION_TABLE[list];
  const params: Record<string, unknown> = {};
  const query: Record<string, unknown> = {};
  for (const [name, value] of Object.entries((filter ?? {}) as Record<string, unknown>)) {
    if (path.includes(`{${name}}`)) params[name] = value;
    else query[name] = value;
  }
  // the API has an order of its own for those who name none
  if (sort !== undefined && sort.field !== 'id') query['sort'] = `${sort.order === 'DESC' ? '-' : ''}${sort.field}`;
  return { params, query };
}

function unsupported(method: string): Promise<never> {
  return Promise.reject(new Error(`${method} is not how the console reads or changes anything; call the operation`));
}
