import type { AlertChannelKind, AlertDeliveryState, AlertFacts, AlertKind, AlertSeverity } from '@tollgate/domain';

export interface AlertRow {
  readonly id: string;
  readonly organizationId: string | null;
  readonly organizationName: string | null;
  readonly timeZone: string;
  readonly kind: AlertKind;
  readonly severity: AlertSeverity;
  readonly subject: string;
  readonly facts: AlertFacts[AlertKind];
  readonly raisedAt: Date;
}

export interface AlertChannelRow {
  readonly id: string;
  readonly organizationId: string | null;
  readonly name: string;
  readonly kind: AlertChannelKind;
  readonly toPeople: boolean;
  readonly recipients: readonly string[];
  readonly url: string | null;
  readonly urlByOperator: boolean;
  readonly ciphertext: Uint8Array | null;
  readonly masterKeyId: string | null;
  readonly alertKinds: readonly AlertKind[];
  readonly minSeverity: AlertSeverity;
  readonly enabled: boolean;
  readonly disabledReason: string | null;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface AlertDeliveryRow {
  readonly id: string;
  readonly alertId: string | null;
  readonly alertKind: AlertKind | null;
  readonly channelId: string;
  readonly channelName: string;
  readonly organizationId: string | null;
  readonly recipient: string;
  readonly state: AlertDeliveryState;
  readonly attempts: readonly {
    readonly startedAt: string;
    readonly durationMs: number;
    readonly status: number | null;
    readonly error: string | null;
  }[];
  readonly nextAttemptAt: Date;
  readonly createdAt: Date;
}

export interface AlertSettingsRow {
  readonly organizationId: string;
  readonly lowBalance: string | null;
  readonly anomalySensitivity: 'off' | 'low' | 'normal' | 'high';
  readonly anomalyFloor: string;
  readonly version: number;
}
