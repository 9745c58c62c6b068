import { z } from 'zod';
import { text } from './fields.js';
import { isVisible, MAX_SECRET_CHARACTERS, onOneLine } from './pasted-secret.js';

const MAX_PRIORITY = 1_000_000;

export const baseUrl = () =>
  text(2000)
    .refine(isHttpUrl, 'must be an http or https URL without user, query or fragment')
    .nullable()
    .meta({ description: "Null: the provider's own default. An organization's own must be https and public." });

function isHttpUrl(value: string): boolean {
  const url = URL.parse(value);
  if (url === null || !(url.protocol === 'https:' || url.protocol === 'http:')) return false;
  return url.username === '' && url.password === '' && url.search === '' && url.hash === '' && !value.includes('#');
}

/** Visible characters only: it travels in headers. No pattern: of a JSON document, more is taken than is kept. */
export const providerSecret = () =>
  z
    .string()
    .overwrite(onOneLine)
    .min(1)
    .max(MAX_SECRET_CHARACTERS)
    .refine(isVisible, 'must be visible ASCII without line breaks, or a JSON document')
    .nullable()
    .meta({
      description:
        'Write-only; null for providers that need none. Visible ASCII without line breaks, or a JSON document, such as the ' +
        'key file of a service account, which may have them.',
      writeOnly: true,
    });

const singleStar = (value: string): boolean => value.split('*').length <= 2;

export const modelName = () => text(200).refine(singleStar, 'must not contain more than one "*"');

export const priority = () => z.int().min(0).max(MAX_PRIORITY);

/** `*` in the provider's name stands for what `*` matched in the public one. */
export const starsAgree = (names: { readonly model: string; readonly upstreamModel: string }): boolean =>
  names.model.includes('*') || !names.upstreamModel.includes('*');

export const STARS_DISAGREE = 'must not contain "*" unless model does';
