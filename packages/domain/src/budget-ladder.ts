/** What happens when so much of a budget is used up; beyond its end requests are refused in any case. */
export const LADDER_ACTIONS = ['notify', 'cheaper-model', 'throttle'] as const;

export type LadderAction = (typeof LADDER_ACTIONS)[number];

/**
 * One rung of a budget's ladder. Percent of what is granted, spent and held together, from 1 to 100.
 *
 * - `notify`: owners, admins and finance people are told, once per period and rung.
 * - `cheaper-model`: requests go to the fallbacks of their route for the cause `budget`, or to the cheapest of its
 *   deployments; those that have no cheaper one go on.
 * - `throttle`: so many requests per minute at most.
 */
export type LadderRung =
  | { readonly percent: number; readonly action: 'notify' | 'cheaper-model' }
  | { readonly percent: number; readonly action: 'throttle'; readonly requestsPerMinute: number };
