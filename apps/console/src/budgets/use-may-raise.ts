import { useMe } from '../session/use-me.js';
import type { Budget } from './budget.js';

/** An organization cannot raise its own budget: that is the operator's. */
export function useMayRaise(): (budget: Pick<Budget, 'scope'>) => boolean {
  const { me, mayCall } = useMe();
  return ({ scope }) => mayCall('createBudgetRaise') && (scope !== 'organization' || me?.operator === true);
}
