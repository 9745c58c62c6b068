import type { AdmissionStore } from '@tollgate/admission';
import { nanosToPicos } from '@tollgate/domain';

import { AdmissionInspector, type LiveBalance } from '../platform/admission-inspector.js';
import type { ControlPlane } from './control-plane/control-plane.js';

/** What admission counts in this process, for the management API. */
export class InferenceAdmissionInspector extends AdmissionInspector {
  constructor(
    private readonly admission: AdmissionStore,
    private readonly controlPlane: () => ControlPlane,
  ) {
    super();
  }

  async balanceOf(organizationId: string): Promise<LiveBalance | null> {
    const scope = this.controlPlane().organizationScope(organizationId);
    if (scope === null) return null;
    const { balance } = await this.admission.inspect(scope, Date.now());
    if (balance === null) return null;
    return { held: nanosToPicos(balance.heldNanos), available: nanosToPicos(balance.availableNanos) };
  }
}
