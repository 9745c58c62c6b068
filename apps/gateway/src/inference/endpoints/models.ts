import type { ServerResponse } from 'node:http';

import type { PriceSheet } from '@tollgate/billing';
import { currentPrices } from '@tollgate/billing';
import { formatPicos, type Meter } from '@tollgate/domain';

import { type ClientDialectId, clientDialects } from '@tollgate/providers';

import type { ControlPlane } from '../control-plane/control-plane.js';
import type { Principal } from '../control-plane/principal.js';
import { isOfAnthropicClient } from '../surfaces/anthropic-messages.js';
import type { Route } from '../pipeline/routing/route.js';
import { modelNotFound } from '../pipeline/routing/model-not-found.js';
import { answerError, answerJson } from './answer-json.js';

const CLIENT_DIALECTS = Object.keys(clientDialects) as ClientDialectId[];

/** OpenAI's model object with what a caller wants to know before calling: limits, modalities, prices. */
interface ModelObject {
  readonly id: string;
  readonly object: 'model';
  readonly created: number;
  readonly owned_by: string;
  readonly context_window: number | null;
  readonly max_output_tokens: number | null;
  readonly input_modalities: readonly string[];
  readonly output_modalities: readonly string[];
  readonly features: readonly string[];
  readonly deprecated: boolean;
  /** The provider is simulated: answers are made up, and cost nothing. */
  readonly simulated: boolean;
  /** Decimal USD by meter, for `per` units; null when the model has no price. */
  readonly pricing: Readonly<Partial<Record<Meter, { amount: string; per: number }>>> | null;
}

/** `GET /v1/models`: only what the key may use, through the endpoints that there are. */
export function listModels(response: ServerResponse, plane: ControlPlane, principal: Principal): void {
  const models = plane.modelNames(principal).flatMap((name) => modelObject(plane, principal, name) ?? []);
  const served = models.filter(isServed);
  answerJson(response, isOfAnthropicClient(response.req) ? anthropicPage(served) : { object: 'list', data: served });
}

/** The features that name an endpoint of ours. What a model can do besides is in others, `tools` for example. */
const SERVED_FEATURES: readonly string[] = ['chat'];

/** Nothing is assumed of models whose features are not known: a local engine's, or ones newer than the catalogue. */
function isServed({ features }: ModelObject): boolean {
  return features.length === 0 || features.some((feature) => SERVED_FEATURES.includes(feature));
}

/** `GET /v1/models/{id}`: a model that the key may not use answers exactly as one that does not exist. */
export function showModel(
  response: ServerResponse,
  plane: ControlPlane,
  asked: { principal: Principal; name: string },
): void {
  const model = modelObject(plane, asked.principal, asked.name);
  if (model !== null) return answerJson(response, isOfAnthropicClient(response.req) ? anthropicModel(model) : model);
  answerError(response, modelNotFound(asked.name));
}

/** The list as Anthropic's SDKs read it, whole: there is no other page. */
function anthropicPage(models: readonly ModelObject[]): Record<string, unknown> {
  return {
    data: models.map(anthropicModel),
    has_more: false,
    first_id: models[0]?.id ?? null,
    last_id: models.at(-1)?.id ?? null,
  };
}

/** Anthropic's model object, with ours of the facts that it has no names for. */
function anthropicModel(model: ModelObject): Record<string, unknown> {
  const { id, created, context_window: maxInputTokens, max_output_tokens: maxTokens, ...rest } = model;
  return {
    ...rest,
    type: 'model',
    id,
    display_name: id,
    created_at: new Date(created * 1000).toISOString(),
    max_input_tokens: maxInputTokens,
    max_tokens: maxTokens,
  };
}

function modelObject(plane: ControlPlane, principal: Principal, name: string): ModelObject | null {
  const candidate = anyRoute(principal, name)?.candidates[0];
  if (candidate === undefined) return null;
  const facts = plane.routes.modelFacts(candidate);
  return {
    id: name,
    object: 'model',
    created: 0,
    owned_by: candidate.target.provider,
    context_window: facts?.contextWindow ?? null,
    max_output_tokens: facts?.maxOutputTokens ?? null,
    input_modalities: facts?.inputModalities ?? [],
    output_modalities: facts?.outputModalities ?? [],
    features: facts?.features ?? [],
    deprecated: facts?.deprecated ?? false,
    simulated: candidate.target.simulated,
    pricing: candidate.target.simulated ? {} : pricing(candidate.sheet, candidate.target.region),
  };
}

/** A model may answer in some dialects only: the facts are the same whichever it is. */
function anyRoute(principal: Principal, name: string): Route | null {
  for (const dialect of CLIENT_DIALECTS) {
    const route = principal.routeOf(name, dialect);
    if (route !== null) return route;
  }
  return null;
}

function pricing(sheet: PriceSheet, region: string): ModelObject['pricing'] {
  const prices = currentPrices(sheet, { region, at: Date.now() });
  if (prices.length === 0) return null;
  return Object.fromEntries(
    prices.map(({ meter, amountPicos, per }) => [meter, { amount: formatPicos(amountPicos), per }]),
  );
}
