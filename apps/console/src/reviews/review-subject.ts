import type { ReviewItem } from '@tollgate/wire';
import type { LinkTo } from '../url/use-url-state.js';

/** The page of what a review item is about; null where there is none. */
export function subjectLink({ kind, subject, organizationId }: ReviewItem, linkTo: LinkTo): string | null {
  const scope = organizationId === null ? {} : { organization: organizationId };
  if (kind === 'price_difference') return linkTo('/price-books', { section: 'differences' });
  if (subject.startsWith('req_')) return linkTo(`/charges/${subject}`, scope);
  if (kind === 'overdraft' || kind === 'ledger_refused') return linkTo('/billing', scope);
  const [provider, model] = splitOnce(subject);
  if (provider === null) return null;
  return linkTo(`/models/${encodeURIComponent(`${provider}:${model}`)}/show`);
}

function splitOnce(subject: string): readonly [string, string] | readonly [null, null] {
  const at = subject.indexOf('/');
  return at < 1 ? [null, null] : [subject.slice(0, at), subject.slice(at + 1)];
}
