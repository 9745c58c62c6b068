import type { Organization } from '@tollgate/wire';

/** The budget of whatever it bounds: an organization, a project, a key. */
export interface Budget extends Pick<
  Organization,
  'monthlyBudget' | 'budgetLadder' | 'budgetId' | 'budgetRaises' | 'limitsSource'
> {
  readonly scope: 'organization' | 'project' | 'api_key';
  readonly name: string;
}
