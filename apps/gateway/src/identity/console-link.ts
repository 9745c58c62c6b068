import type { TollgateConfig } from '@tollgate/config';

type Place = Pick<TollgateConfig, 'publicUrl' | 'port'>;

/**
 * A page of the console. Its host is ours, never the one that a request names: whoever has a mail sent to others could
 * else have its secret brought to them.
 */
export function consolePage({ publicUrl, port }: Place, page: string): string {
  return `${publicUrl ?? `http://localhost:${port}`}${page}`;
}

/** A page with a secret behind `#`, which browsers send to no server. */
export function consoleLink(place: Place, page: string, token: string): string {
  return `${consolePage(place, page)}#token=${token}`;
}
