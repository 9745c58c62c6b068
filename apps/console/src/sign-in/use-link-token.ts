import { useLocation } from 'react-router-dom';

/** What a link that was given or mailed to somebody carries behind the #, where it reaches no log; empty without one. */
export function useLinkToken(): string {
  const { hash } = useLocation();
  return new URLSearchParams(hash.slice(1)).get('token') ?? '';
}
