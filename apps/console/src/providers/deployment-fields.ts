import type { ProviderCredential } from '@tollgate/wire';
import type { RequestOf } from '../api/call-operation.js';

/** What the form asks for; named like the fields of the API where there is one, so that faults find their place. */
export interface DeploymentFields {
  readonly providerCredentialId: string;
  readonly scope: 'every' | 'some';
  /** The provider's names. */
  readonly upstreamModel: string[];
  /** The name that clients use for a single model; empty for the provider's own. */
  readonly model: string;
}

type DeploymentDraft = RequestOf<'createDeployment'>['body'];

/** One deployment for each model, or one pattern for all of them. */
export function draftsOf(
  { scope, upstreamModel, model }: DeploymentFields,
  { id, organizationId }: ProviderCredential,
): readonly DeploymentDraft[] {
  const names = scope === 'every' ? ['*'] : upstreamModel;
  const alias = scope === 'some' && names.length === 1 ? model.trim() : '';
  return names.map((name) => ({
    providerCredentialId: id,
    upstreamModel: name,
    model: alias === '' ? name : alias,
    // a credential of an organization serves that organization only
    ...(organizationId === null ? {} : { organizationId }),
  }));
}
