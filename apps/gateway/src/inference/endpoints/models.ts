import type { ServerResponse } from 'node:http';

import { currentPrices, type PriceSheet } from '@tollgate/billing';
import { formatPicos } from '@tollgate/domain';

import type { ControlPlane } from '../control-plane/control-plane.js';
import type { Principal } from '../control-plane/principal.js';
import { modelNotFound } from '../pipeline/routing/model-not-found.js';
import { familyOf } from '../surfaces/client-family.js';
import { answerError, answerJson } from './answer-json.js';
import { type ListedModel, MODEL_SHAPES } from './model-shapes.js';

/** `GET /v1/models`: only what the key may use. */
export function listModels(response: ServerResponse, plane: ControlPlane, principal: Principal): void {
  const models = plane.modelNames(principal).flatMap((name) => listedModel(plane, principal, name) ?? []);
  answerJson(response, MODEL_SHAPES[familyOf(response.req)].list(models));
}

/** `GET /v1/models/{id}`: a model that the key may not use answers exactly as one that does not exist. */
export function showModel(
  response: ServerResponse,
  plane: ControlPlane,
  asked: { readonly principal: Principal; readonly name: string },
): void {
  const model = listedModel(plane, asked.principal, asked.name);
  if (model !== null) return answerJson(response, MODEL_SHAPES[familyOf(response.req)].one(model));
  answerError(response, modelNotFound(asked.name));
}

function listedModel(plane: ControlPlane, principal: Principal, name: string): ListedModel | null {
  const route = principal.anyRouteOf(name);
  // what the key's constraints leave nothing of is nothing that it may use; what is drained comes back
  if (route === null || (route.blocked !== null && route.blocked !== 'drained')) return null;
  const [candidate] = route.candidates;
  const facts = plane.routes.modelFacts(candidate);
  return {
    name,
    provider: candidate.target.provider,
    displayName: facts?.displayName ?? name,
    contextWindow: facts?.contextWindow ?? null,
    maxOutputTokens: facts?.maxOutputTokens ?? null,
    inputModalities: facts?.inputModalities ?? [],
    outputModalities: facts?.outputModalities ?? [],
    features: facts?.features ?? [],
    knowledgeCutoff: facts?.knowledgeCutoff ?? null,
    deprecated: facts?.deprecated ?? false,
    simulated: candidate.target.simulated,
    pricing: candidate.target.simulated ? {} : pricing(candidate.sheet, candidate.target.region),
  };
}

function pricing(sheet: PriceSheet, region: string): ListedModel['pricing'] {
  const prices = currentPrices(sheet, { region, at: Date.now() });
  if (prices.length === 0) return null;
  return Object.fromEntries(
    prices.map(({ meter, amountPicos, per }) => [meter, { amount: formatPicos(amountPicos), per }]),
  );
}
