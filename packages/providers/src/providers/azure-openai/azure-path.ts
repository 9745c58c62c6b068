/** The last version of the older interface that is no preview; source: learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle. */
export const API_VERSION = 'api-version=2024-10-21';
/** The last preview, which has what no version does; source: learn.microsoft.com/azure/ai-foundry/openai/reference-preview. */
const PREVIEW = 'api-version=2025-04-01-preview';
const ONLY_IN_PREVIEW = new Set(['/audio/speech', '/images/edits']);
export const NEWER_INTERFACE = /\/openai\/v1$/;

interface AzureTarget {
  readonly basePath?: string;
  readonly deployment: string;
}

/** The newer interface names the deployment in the body as the model, the older one in the address. */
export function azurePath(path: string, { basePath = '', deployment }: AzureTarget): string {
  if (NEWER_INTERFACE.test(basePath)) return path;
  const version = ONLY_IN_PREVIEW.has(path) ? PREVIEW : API_VERSION;
  return `/openai/deployments/${encodeURIComponent(deployment)}${path}?${version}`;
}
