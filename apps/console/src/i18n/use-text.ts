import { useTranslate } from 'react-admin';
import { useCallback } from 'react';
import type { english } from './english/english.js';

type KeysOf<T, Prefix extends string = ''> = {
  [K in keyof T & string]: T[K] extends string ? `${Prefix}${K}` : KeysOf<T[K], `${Prefix}${K}.`>;
}[keyof T & string];

/** Every text of the console by its place: `overview.spend`. */
export type TextKey = KeysOf<typeof english>;

export type Text = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;

/** Texts in the reader's language. `smart_count` among the values chooses between singular and plural. */
export function useText(): Text {
  const translate = useTranslate();
  return useCallback((key, values) => translate(key, values), [translate]);
}
