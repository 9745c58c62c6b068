import { compileAllowlist } from '@tollgate/domain';
import type { Text } from '../i18n/use-text.js';
import type { WatchedDeployment } from './use-deployments.js';

/** What becomes of requests for the model when the deployment gets none. */
export function consequenceOf(text: Text, withdrawn: WatchedDeployment, all: readonly WatchedDeployment[]): string {
  const { id, model } = withdrawn;
  if (model.includes('*')) return text('providers.patternWithdrawn');
  const others = all.filter(
    (other) => other.id !== id && other.enabled && !other.drained && compileAllowlist([other.model])(model),
  );
  if (others.length === 0) return text('providers.nothingElse', { name: model });
  return text('providers.othersServe', { name: model, smart_count: others.length });
}
