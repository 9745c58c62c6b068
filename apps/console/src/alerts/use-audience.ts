import { useMe } from '../session/use-me.js';
import { useScope } from '../url/scope.js';
import { useUrlState } from '../url/use-url-state.js';

interface Audience {
  readonly audience: 'organization' | 'operator';
  /** Of lists of alerts, channels and deliveries. */
  readonly filter: Readonly<Record<string, string>>;
}

/** Whose alerts are looked at: the organization's, or those that only the operator is told. */
export function useAudience(): Audience {
  const { get } = useUrlState();
  const { me } = useMe();
  const { organization } = useScope();
  if (me?.operator === true && get('audience') === 'operator') {
    return { audience: 'operator', filter: { audience: 'operator' } };
  }
  return { audience: 'organization', filter: { organizationId: organization.id } };
}
