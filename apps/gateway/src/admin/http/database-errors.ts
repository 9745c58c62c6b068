import { Prisma } from '@tollgate/database';
import { isNativeError } from 'node:util/types';

/** SQLSTATE classes and network codes of a server that is away, starting or stopping. */
const AWAY_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EPIPE',
  '57P01',
  '57P02',
  '57P03',
]);
const AWAY_PRISMA_CODES = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028']);
const AWAY_MESSAGE =
  /timeout exceeded when trying to connect|Query read timeout|Connection terminated|DatabaseNotReachable|SocketTimeout/;

export function isDatabaseAway(error: unknown): boolean {
  // sockets' errors are made outside of the tests' own world, where `instanceof` does not know them
  if (!isNativeError(error)) return false;
  if (error instanceof Prisma.PrismaClientKnownRequestError && AWAY_PRISMA_CODES.has(error.code)) return true;
  if ('code' in error && typeof error.code === 'string' && AWAY_CODES.has(error.code)) return true;
  if (error instanceof AggregateError && error.errors.some(isDatabaseAway)) return true;
  // a library may have wrapped it
  if (error.cause !== undefined && isDatabaseAway(error.cause)) return true;
  return AWAY_MESSAGE.test(error.message);
}

/** Whether a write broke a rule that some row be the only one of its kind. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
}

/** Whether a write broke a reference: what it points to is gone, or what it deletes is still pointed to. */
export function isReferenceViolation(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && (error.code === 'P2003' || error.code === 'P2014');
}
