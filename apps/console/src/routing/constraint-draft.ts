import type { ApiKey } from '@tollgate/wire';
import { plainAmount } from '../limits/limit-draft.js';

/** As the API takes and tells them. */
export type RoutingConstraints = ApiKey['constraints'];

/** Constraints as they are filled in: text until they are sent, empty for none. */
export interface ConstraintFields {
  readonly providers: string[];
  readonly regions: string[];
  readonly localOnly: boolean;
  readonly maxInputPrice: string;
  readonly maxOutputPrice: string;
  /** What the form does not show stays as it is. */
  readonly rest: Omit<RoutingConstraints, 'providers' | 'regions' | 'residency' | 'maxPrice'>;
}

export const NO_CONSTRAINTS: ConstraintFields = {
  providers: [],
  regions: [],
  localOnly: false,
  maxInputPrice: '',
  maxOutputPrice: '',
  rest: {},
};

/** What the form shows of constraints that are set. */
export function constraintFieldsOf(constraints: RoutingConstraints): ConstraintFields {
  const { providers = [], regions = [], residency, maxPrice, ...rest } = constraints;
  const typed = (amount: string | undefined): string =>
    amount === undefined ? '' : amount.includes('.') ? plainAmount(amount) : amount;
  return {
    providers: [...providers],
    regions: [...regions],
    localOnly: residency === 'local-only',
    maxInputPrice: typed(maxPrice?.input),
    maxOutputPrice: typed(maxPrice?.output),
    rest,
  };
}

/** What the API is sent: what was left empty is no constraint. */
export function constraintsOf(fields: ConstraintFields): RoutingConstraints {
  const { providers, regions, localOnly, maxInputPrice, maxOutputPrice, rest } = fields;
  const maxPrice = {
    ...(maxInputPrice === '' ? {} : { input: maxInputPrice }),
    ...(maxOutputPrice === '' ? {} : { output: maxOutputPrice }),
  };
  return {
    ...rest,
    ...(providers.length === 0 ? {} : { providers }),
    ...(regions.length === 0 ? {} : { regions }),
    ...(localOnly ? { residency: 'local-only' } : {}),
    ...(Object.keys(maxPrice).length === 0 ? {} : { maxPrice }),
  };
}
