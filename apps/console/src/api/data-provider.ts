import type { OperationId, Page } from '@tollgate/wire';
import type { DataProvider, GetListParams, Identifier, RaRecord } from 'react-admin';
import { OPERATION_TABLE } from 'virtual:operation-table';
import { callOperation, type RequestOf } from './call-operation.js';
import { PageCursors } from './page-cursors.js';
import { RESOURCES, type ResourceName } from './resources.js';

const DEFAULT_PAGE = { page: 1, perPage: 50 };

/**
 * Reads resources through the management API. Filters become the fields of the query, or of the path where the list
 * belongs to another resource. Changes are operations of their own (rotate, revoke, credit …) and are called by name.
 */
export function createDataProvider(): DataProvider {
  const cursors = new PageCursors();
  const getOne = async (resource: string, id: Identifier, signal?: AbortSignal): Promise<RaRecord> => {
    const { read, idParameter } = operationsOf(resource);
    return (await call(read, { params: { [idParameter]: id } }, signal)) as RaRecord;
  };
  return {
    supportAbortSignal: true,
    async getList(resource, params) {
      const { list } = operationsOf(resource);
      const { params: path, query } = distribute(list, params);
      const pagination = params.pagination ?? DEFAULT_PAGE;
      const found = await cursors.read<RaRecord>(
        JSON.stringify([resource, path, query]),
        pagination,
        async (limit, cursor) =>
          (await call(
            list,
            { params: path, query: { ...query, limit: String(limit), cursor } },
            params.signal,
          )) as Page<RaRecord>,
      );
      return {
        data: [...found.data] as never[],
        pageInfo: { hasNextPage: found.nextCursor !== null, hasPreviousPage: pagination.page > 1 },
        meta: { asOf: found.asOf },
      };
    },
    getOne: async (resource, { id, signal }) => ({ data: (await getOne(resource, id, signal)) as never }),
    getMany: async (resource, { ids, signal }) => ({
      data: (await Promise.all(ids.map((id) => getOne(resource, id, signal)))) as never[],
    }),
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
function call(id: OperationId, request: Partial<LooseRequest>, signal?: AbortSignal): Promise<unknown> {
  return callOperation(id, request as RequestOf<OperationId>, { signal });
}

function operationsOf(resource: string) {
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
  return Promise.reject(new Error(`${method} is not how the console changes anything; call the operation`));
}
