import { MAX_PAGE_SIZE, type Page } from '@tollgate/wire';

type ReadPage<T> = (limit: number, cursor: string | undefined) => Promise<Page<T>>;

/**
 * The API's lists go on from a cursor; pages of the console have numbers, which stand in the URL. The cursors that were
 * met are kept, so that walking page by page costs one request each. A page that is opened by its address is reached by
 * the largest steps that the API takes.
 */
export class PageCursors {
  private readonly cursors = new Map<string, string>();

  /** Page `page` (from 1) of the list that `listKey` names. */
  async read<T>(listKey: string, { page, perPage }: { page: number; perPage: number }, read: ReadPage<T>) {
    const offset = (page - 1) * perPage;
    let reached = offset;
    while (reached > 0 && !this.cursors.has(at(listKey, reached))) reached -= perPage;
    while (reached < offset) {
      const step = Math.min(offset - reached, MAX_PAGE_SIZE);
      const skipped = await read(step, this.cursors.get(at(listKey, reached)));
      if (skipped.nextCursor === null) return { ...skipped, data: [] };
      reached += step;
      this.cursors.set(at(listKey, reached), skipped.nextCursor);
    }
    const found = await read(perPage, this.cursors.get(at(listKey, offset)));
    if (found.nextCursor !== null) this.cursors.set(at(listKey, offset + perPage), found.nextCursor);
    return found;
  }
}

const at = (listKey: string, offset: number): string => `${listKey}@${offset}`;
