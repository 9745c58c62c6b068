import type { Exclusion } from '@tollgate/domain';

import { type InferenceError, inferenceError } from '../../inference-error.js';
import type { RequestWishes } from './request-wishes.js';
import type { Route } from './route.js';

const CONSTRAINTS: Readonly<Partial<Record<Exclusion, string>>> = {
  provider: 'providers',
  region: 'regions',
  residency: 'residency',
  modality: 'modalities',
  context: 'min-context',
  price: 'max-price',
};

/** Wishes under the names of their headers. */
const WISHES: Readonly<Record<string, string>> = {
  inputModalities: 'modalities',
  minContext: 'min-context',
  maxPrice: 'max-price',
};

/** Why no deployment of a route may be asked. */
export function noDeployment({ model, blocked, leftOut }: Route, wishes: RequestWishes | null): InferenceError {
  const name = JSON.stringify(model);
  if (blocked === 'drained') {
    return inferenceError('gateway_deployments_drained', {
      message: `Every deployment of the model ${name} is being drained.`,
    });
  }
  const asked = Object.keys(wishes?.constraints ?? {});
  if (blocked === null && asked.length === 0) return inferenceError('provider_credentials_exhausted');
  const kinds = new Set(leftOut.map(({ exclusion }) => CONSTRAINTS[exclusion]).filter((kind) => kind !== undefined));
  const named = asked.map((name) => WISHES[name] ?? name);
  const which = [...new Set([...kinds, ...named])].join(', ');
  return inferenceError('policy_constraints_unmet', {
    message: `No deployment of the model ${name} meets the constraints of this request, its route and its key (${which}).`,
    param: 'model',
  });
}
