import { crc32 } from 'node:zlib';

/** Organizations are spread over so many lanes; one lane is booked by one connection at a time. */
export const USAGE_LANES = 16;

/** The lane in which an organization's usage is booked. Stored with each event: it must not change. */
export function usageLane(organizationId: string): number {
  return crc32(organizationId) % USAGE_LANES;
}
