import type { Prisma } from '@tollgate/database';
import type { PriceBook, Publication } from '@tollgate/wire';
import type { PriceBookRow } from './price-books.repository.js';

export function presentPriceBook(row: PriceBookRow): PriceBook {
  const [current] = row.snapshots;
  return {
    id: row.id,
    organizationId: row.organizationId,
    name: row.name,
    parentId: row.parentId,
    markupBasisPoints: row.markupBasisPoints,
    platformFeeBasisPoints: row.platformFeeBasisPoints,
    currentPublication: current === undefined ? null : presentPublication(current),
    version: row.version,
    createdAt: row.createdAt.toISOString(),
  };
}

export function presentPublication(row: Prisma.PriceBookSnapshotModel): Publication {
  return {
    id: row.id,
    priceBookId: row.priceBookId,
    sequence: row.sequence,
    parentPublicationId: row.parentSnapshotId,
    markupBasisPoints: row.markupBasisPoints,
    platformFeeBasisPoints: row.platformFeeBasisPoints,
    publishedBy: row.publishedBy,
    publishedAt: row.publishedAt.toISOString(),
  };
}
