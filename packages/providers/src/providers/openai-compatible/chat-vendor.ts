import { readModelList } from '../../dialects/openai-chat/read-model-list.js';
import type { DialectId } from '../../dialect-id.js';
import type { MaxOutputField } from '../../passthrough/scanned-request.js';
import type { ProviderDeclaration, ProviderEndpoint } from '../../provider-declaration.js';
import type { TargetModel } from '../../target-model.js';
import { unknownTargetModel } from '../unknown-target-model.js';

/** What a model takes other than a server of which nothing is known. */
export type ModelTraits = Partial<Omit<TargetModel, 'maxOutputTokens' | 'refuses'>> & {
  readonly refuses?: readonly string[];
};

type Given = 'id' | 'displayName' | 'documentationUrl';

/** What is different about a vendor; all else is as with any server that speaks chat completions. */
export interface ChatVendor extends Pick<ProviderDeclaration, Given>, Partial<Omit<ProviderDeclaration, Given>> {
  /** What its models take, by name. */
  readonly takes?: (upstreamModel: string) => ModelTraits;
}

export const CHAT_COMPLETIONS: ProviderEndpoint = { dialect: 'openai-chat', path: () => '/chat/completions' };
export const RESPONSES: ProviderEndpoint = { dialect: 'openai-responses', path: () => '/responses' };
export const COMPLETIONS: ProviderEndpoint = {
  dialect: 'openai-completions',
  path: () => '/completions',
  everywhere: true,
};
/** Where `/v1` of the base URL serves Anthropic's dialect too, as engines do. */
export const MESSAGES: ProviderEndpoint = { dialect: 'anthropic-messages', path: () => '/messages' };

/** Anthropic's dialect lies at a prefix of its own, beside the version that ends the base URL. */
export function messagesBeside(version: RegExp, path: string): ProviderEndpoint {
  return {
    dialect: 'anthropic-messages',
    belowOrigin: true,
    path: ({ basePath }) => basePath.replace(version, '') + path,
  };
}

/** Where a dialect has one name for the cap, it is the vendor's, too. */
const CAPS_OF_OTHERS: Readonly<Partial<Record<DialectId, MaxOutputField>>> = {
  'openai-responses': 'max_output_tokens',
  'anthropic-messages': 'max_tokens',
  'openai-completions': 'max_tokens',
};

/** The declaration of a vendor that speaks chat completions. */
export function chatVendor({ takes, ...vendor }: ChatVendor): ProviderDeclaration {
  return {
    endpoints: [CHAT_COMPLETIONS],
    defaultBaseUrl: null,
    authentication: 'bearer',
    headers: {},
    forcesUsage: true,
    billsAfterDisconnect: () => 'stops',
    searchesPerRequest: () => 0,
    simulated: false,
    connectionTest: { method: 'GET', path: '/models', readModels: readModelList },
    targetModel: (model, maxOutputTokens, dialect = 'openai-chat') => {
      const { refuses = [], ...traits } = takes?.(model) ?? {};
      const outputCapField = CAPS_OF_OTHERS[dialect];
      return { ...unknownTargetModel(maxOutputTokens, refuses), ...traits, ...(outputCapField && { outputCapField }) };
    },
    ...vendor,
  };
}
