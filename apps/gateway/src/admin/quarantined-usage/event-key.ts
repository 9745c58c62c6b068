/** Which event a payload is. */
export interface EventKey {
  readonly requestUuid: string;
  readonly part: number;
  readonly revision: number;
  readonly organizationId: string;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const MAX_INT16 = 32_767;

/** The payload's object, or null when it is no JSON object. */
export function readPayload(payload: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(payload);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

/** The key of the event, or null when the payload names none: then it can never be booked. */
export function eventKeyOf(payload: Readonly<Record<string, unknown>> | null): EventKey | null {
  const { requestId, part, revision, organizationId } = payload ?? {};
  if (typeof requestId !== 'string' || !UUID.test(requestId)) return null;
  if (typeof organizationId !== 'string' || !isSmall(part) || !isSmall(revision)) return null;
  return { requestUuid: requestId, part, revision, organizationId };
}

const isSmall = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_INT16;
