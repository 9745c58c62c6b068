import { z } from 'zod';

interface JobDefinition {
  readonly payload: z.ZodType;
  readonly retry: { readonly attempts: number; readonly backoffMs: number };
  /** When the job is started by itself, with an empty payload. `pattern` is cron in UTC. */
  readonly schedule: { readonly everyMs: number } | { readonly pattern: string };
}

const define = <T extends Record<string, JobDefinition>>(jobs: T): T => jobs;

const NOTHING = z.strictObject({});
const ONCE = { attempts: 1, backoffMs: 0 };
const PATIENTLY = { attempts: 8, backoffMs: 5_000 };

/**
 * Every job of the product. Jobs are triggers and schedules, never the only copy of a fact: losing all of them loses
 * nothing, because what they start finds its work in the database.
 */
export const JOBS = define({
  /** Wakes ingestion before it would look into the inbox by itself. */
  'usage-ingestion': { payload: NOTHING, retry: ONCE, schedule: { everyMs: 10_000 } },
  /** Wakes sealing before it would look for closed minutes by itself. */
  'usage-sealing': { payload: NOTHING, retry: ONCE, schedule: { pattern: '1 * * * * *' } },
  /** Looks what there is to be told, before that would be looked at by itself. */
  'alert-looks': { payload: NOTHING, retry: ONCE, schedule: { pattern: '31 * * * * *' } },
  /** Wakes the sending of alerts. */
  'alert-deliveries': { payload: NOTHING, retry: ONCE, schedule: { everyMs: 10_000 } },
  /** Charges and gives what plans say for a month that has begun, before that would be looked at by itself. */
  'plan-terms': { payload: NOTHING, retry: ONCE, schedule: { pattern: '2 0,30 * * * *' } },
  /** Audits the books at night. */
  'self-audit': { payload: NOTHING, retry: PATIENTLY, schedule: { pattern: '40 2 * * *' } },
  /** Publishes prices whose instant has come and rates usage anew, before that would be looked for by itself. */
  prices: { payload: NOTHING, retry: ONCE, schedule: { everyMs: 10_000 } },
  /** Makes the partitions of the coming months. */
  'usage-partitions': { payload: NOTHING, retry: PATIENTLY, schedule: { pattern: '17 */6 * * *' } },
});

export type JobName = keyof typeof JOBS;
export type JobPayload<Name extends JobName> = z.infer<(typeof JOBS)[Name]['payload']>;

export const JOB_NAMES = Object.keys(JOBS) as JobName[];

export function isJobName(name: string): name is JobName {
  return Object.hasOwn(JOBS, name);
}
