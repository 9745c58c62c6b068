import type { ApiKey } from '@tollgate/wire';
import type { TextKey } from '../i18n/use-text.js';

/** In an admin's words: what becomes of a parameter that a model cannot be told. */
export const UNSUPPORTED_TEXTS = {
  refuse: 'keys.unsupportedRefuse',
  drop: 'keys.unsupportedDrop',
} as const satisfies Record<ApiKey['unsupportedParameters'], TextKey>;
