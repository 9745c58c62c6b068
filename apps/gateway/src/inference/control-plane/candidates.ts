import type { ModelRow, SnapshotPrices } from '@tollgate/database';
import { currentPrices, isPriced, type PriceSheet } from '@tollgate/billing';
import type { Meter } from '@tollgate/domain';
import {
  catalogueModelOf,
  type ClientDialectId,
  type ClientOperationId,
  endpointFor,
  isClientOperation,
  operationFor,
  type ProviderDeclaration,
  type ProviderEndpoint,
  providerErrorReader,
} from '@tollgate/providers';

import type { UnitPrices } from '@tollgate/routing';

import type { Candidate, CandidatePaths, Upstream } from '../pipeline/routing/route.js';
import type { Deployment } from './deployments.js';
import { decisionHead } from '../pipeline/routing/decision-json.js';
import { isLocalOrigin } from './local-origin.js';

/** A deployment as it may serve one model's name. */
export interface CandidateRequest {
  readonly deployment: Deployment;
  readonly upstreamModel: string;
  readonly asked: ClientDialectId | ClientOperationId;
  readonly prices: SnapshotPrices;
  factsOf(provider: string, model: string): ModelRow | undefined;
}

/** What a deployment is to one endpoint of ours, or `null` where the model does not answer there. */
export function candidateOf(request: CandidateRequest): Candidate | null {
  const { deployment, upstreamModel, prices } = request;
  const { row, provider, upstream } = deployment;
  const pricedModel = catalogueModelOf(provider.id, upstreamModel) ?? upstreamModel;
  const facts = request.factsOf(provider.id, pricedModel);
  const way = wayTo(request, facts?.features ?? []);
  if (way === null) return null;
  const { spoken, ...how } = way;
  const sheet = prices.sheet(provider.id, pricedModel);
  const target = {
    deploymentId: row.id,
    provider: provider.id,
    dialect: spoken,
    upstreamModel,
    pricedModel,
    region: row.region,
    credentialOwner: row.credentialOwner,
    simulated: provider.simulated,
  };
  return {
    ...how,
    credentialId: row.credentialId,
    health: deployment.healthOf(upstreamModel),
    drained: row.drained,
    isLocal: row.region === LOCAL_REGION || isLocalOrigin(upstream.origin),
    provider,
    target,
    targetJson: JSON.stringify(target),
    decisionHead: decisionHead(target),
    upstream,
    sheet,
    priced: provider.simulated || isPriced(sheet, row.credentialOwner),
    unitPrices: unitPricesOf(sheet, { region: row.region, simulated: provider.simulated }),
    inputModalities: facts?.inputModalities ?? [],
    outputModalities: facts?.outputModalities ?? [],
    maxOutputTokens: facts?.maxOutputTokens ?? null,
    contextWindow: facts?.contextWindow ?? null,
    targetModel: provider.targetModel(upstreamModel, facts?.maxOutputTokens ?? null, way.dialect ?? undefined),
    answerHeaders: [
      'x-tollgate-provider',
      provider.id,
      'x-tollgate-model',
      encodeURI(upstreamModel.toWellFormed()),
      ...(provider.simulated ? ['x-tollgate-simulated', 'true'] : []),
    ],
  };
}

const FREE: UnitPrices = { input: 0, cacheRead: 0, output: 0, request: 0 };

/** What a unit costs at the moment, as numbers: strategies compare with them, and nobody is billed by them. */
function unitPricesOf(
  sheet: PriceSheet,
  { region, simulated }: { readonly region: string; readonly simulated: boolean },
): UnitPrices | null {
  if (simulated) return FREE;
  if (!isPriced(sheet)) return null;
  const prices = new Map(currentPrices(sheet, { region, at: Date.now() }).map((price) => [price.meter, price]));
  const usdOf = (meter: Meter): number | undefined => {
    const price = prices.get(meter);
    return price === undefined ? undefined : Number(price.amountPicos) / 1e12 / price.per;
  };
  const input = usdOf('input') ?? 0;
  return {
    input,
    cacheRead: usdOf('input_cache_read') ?? input,
    output: usdOf('output') ?? 0,
    request: usdOf('request') ?? 0,
  };
}

type Way = Pick<Candidate, 'dialect' | 'operation' | 'paths' | 'rewrite' | 'readError'> & {
  /** The wire format, as usage events name it. */
  readonly spoken: string;
};

/** The operator's word where an address does not tell. */
const LOCAL_REGION = 'local';

const NO_PATHS: CandidatePaths = { whole: '', streamed: '', countTokens: null };

function wayTo({ deployment, upstreamModel, asked }: CandidateRequest, features: readonly string[]): Way | null {
  const { provider, upstream } = deployment;
  const { baseUrl } = deployment.row;
  const elsewhere =
    baseUrl !== null && provider.defaultBaseUrl !== null && !sameAddress(baseUrl, provider.defaultBaseUrl);
  const model = { name: upstreamModel, features, elsewhere };
  if (isClientOperation(asked)) {
    const operation = operationFor(provider, model, asked);
    if (operation === null) return null;
    const { id: spoken } = operation;
    const readError: Candidate['readError'] = (status, headers, body) => operation.readError(status, headers, body);
    return { spoken, dialect: null, operation, paths: NO_PATHS, rewrite: null, readError };
  }
  const endpoint = endpointFor(provider, model, asked);
  if (endpoint === null) return null;
  const { dialect } = endpoint;
  return {
    spoken: dialect,
    dialect,
    operation: null,
    paths: pathsOf(upstream, { provider, endpoint, upstreamModel }),
    rewrite: endpoint.rewrite?.(upstreamModel) ?? null,
    readError: providerErrorReader(provider, dialect),
  };
}

function sameAddress(a: string, b: string): boolean {
  return a.replace(/\/+$/, '') === b.replace(/\/+$/, '');
}

function pathsOf(
  { basePath, query }: Upstream,
  at: { readonly provider: ProviderDeclaration; readonly endpoint: ProviderEndpoint; readonly upstreamModel: string },
): CandidatePaths {
  const { provider, endpoint, upstreamModel } = at;
  const below = (base: string, path: string): string =>
    base + (path.includes('?') ? path + query.replace('?', '&') : path + query);
  const whole = (stream: boolean): string =>
    below(endpoint.belowOrigin ? '' : basePath, endpoint.path({ upstreamModel, stream, basePath }));
  const counts = endpoint.dialect === provider.endpoints[0]?.dialect ? provider.countTokensPath : undefined;
  return {
    whole: whole(false),
    streamed: whole(true),
    countTokens: counts === undefined ? null : below(basePath, counts(upstreamModel)),
  };
}
