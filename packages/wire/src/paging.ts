import { z } from 'zod';

export const MAX_PAGE_SIZE = 200;
const DEFAULT_PAGE_SIZE = 50;

const limit = z
  .string()
  .regex(/^\d{1,4}$/, 'must be a whole number')
  .transform(Number)
  .pipe(z.int().min(1).max(MAX_PAGE_SIZE))
  .default(DEFAULT_PAGE_SIZE)
  .meta({ type: 'integer', minimum: 1, maximum: MAX_PAGE_SIZE, default: DEFAULT_PAGE_SIZE });

const cursor = z
  .string()
  .min(1)
  .max(1000)
  .optional()
  .meta({ description: '`nextCursor` of the page before, with the same sort and filters.' });

/** `limit`, `cursor` and `sort` of a list; `-` sorts descending. The first order is the default. */
export const pageQuery = <const S extends string>(sorts: readonly [S, ...S[]]) => ({
  limit,
  cursor,
  sort: z.enum(sorts).default(sorts[0] as z.util.NoUndefined<S>),
});

export const CREATION_ORDERS = ['-createdAt', 'createdAt'] as const;
export const NAMED_ORDERS = ['-createdAt', 'createdAt', 'name', '-name'] as const;

export const page = <T extends z.ZodType>(item: T) =>
  z.strictObject({
    data: z.array(item),
    nextCursor: z.string().nullable().meta({ description: 'Null on the last page.' }),
    asOf: z.iso.datetime().meta({ description: 'The instant at which the page was read.' }),
  });

export interface Page<T> {
  readonly data: readonly T[];
  readonly nextCursor: string | null;
  readonly asOf: string;
}
