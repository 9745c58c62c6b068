import type { FieldProblem } from '@tollgate/wire';
import { needsSecret, providerById, type ProviderDeclaration, secretProblem } from '@tollgate/providers';
import type { Tenant } from '../http/actor.js';
import { ProblemError } from '../http/problem-error.js';
import { AddressRefusedError, requirePublicForm, requirePublicUrl, type Resolve } from '@tollgate/public-address';

/** A credential as it would be after a write. */
export interface CredentialDraft {
  readonly organizationId: Tenant;
  readonly provider: string;
  readonly baseUrl: string | null;
  readonly hasSecret: boolean;
  /** What is newly written; `null` where the stored one stays, or there is none. */
  readonly newSecret: string | null;
}

/** @throws ProblemError that names every rule of the provider and of addresses that the credential breaks. */
export async function requireUsableCredential(draft: CredentialDraft, resolve: Resolve): Promise<void> {
  const faults: FieldProblem[] = [];
  const provider = providerById(draft.provider);
  if (provider === undefined) {
    faults.push({ pointer: '/body/provider', code: 'unknown_provider', message: 'is no provider of this version' });
  }
  if (provider !== undefined) faults.push(...secretFaults(provider, draft));
  const baseUrl = draft.baseUrl ?? provider?.defaultBaseUrl ?? null;
  if (provider !== undefined && baseUrl === null && !provider.simulated) {
    faults.push({ pointer: '/body/baseUrl', code: 'required', message: `is required by ${provider.displayName}` });
  }
  if (baseUrl !== null && draft.organizationId !== null) {
    const check = async (): Promise<unknown> =>
      draft.baseUrl === null ? requirePublicForm(baseUrl) : requirePublicUrl(baseUrl, resolve);
    faults.push(...(await addressFaults(check)));
  }
  if (faults.length > 0) throw new ProblemError('invalid-request', 'The credential could not be used.', faults);
}

/** A provider's own reader says what is wrong, and nothing of the secret. */
function secretFaults(provider: ProviderDeclaration, draft: CredentialDraft): FieldProblem[] {
  if (needsSecret(provider) && !draft.hasSecret) {
    return [{ pointer: '/body/secret', code: 'required', message: `is required by ${provider.displayName}` }];
  }
  if (draft.newSecret === null) return [];
  const unreadable = secretProblem(provider, draft.newSecret, { isTenant: draft.organizationId !== null });
  return unreadable === null ? [] : [{ pointer: '/body/secret', code: 'invalid_secret', message: unreadable.problem }];
}

async function addressFaults(check: () => Promise<unknown>): Promise<FieldProblem[]> {
  try {
    await check();
    return [];
  } catch (error) {
    if (!(error instanceof AddressRefusedError)) throw error;
    return [{ pointer: '/body/baseUrl', code: 'address_refused', message: error.message }];
  }
}

/** Whether a secret that was given for one address would be sent to another one. */
export function leavesOrigin(before: string | null, after: string | null): boolean {
  return originOf(before) !== originOf(after);
}

const originOf = (url: string | null): string | null => (url === null ? null : (URL.parse(url)?.origin ?? url));
