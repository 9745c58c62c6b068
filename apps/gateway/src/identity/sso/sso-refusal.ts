import type { SsoRefusal } from '@tollgate/wire';

/** Somebody who comes from a provider is not let in. */
export class SsoRefusedError extends Error {
  override readonly name = 'SsoRefusedError';

  constructor(
    readonly code: SsoRefusal,
    options?: ErrorOptions,
  ) {
    super(code, options);
  }
}
