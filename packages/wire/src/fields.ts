import { ID_PREFIXES, isTimeZone, type IdKind } from '@tollgate/domain';
import { z } from 'zod';

/** Highest monthly budget: limits count in nanounits, which are exact up to 2⁵³ of them. */
export const MAX_BUDGET_UNITS = 9_000_000;
const MAX_INT32 = 2_147_483_647;

/**
 * What is no part of a line: characters that break it or turn it round, by which a name would pass for other lines of a
 * mail, or for another name. U+0000, which Postgres cannot hold in text, is among them.
 */
export const CONTROL_CHARACTERS = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;

export const id = (kind: IdKind) => {
  const prefix = ID_PREFIXES[kind];
  return z
    .string()
    .regex(new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`), `must be an id that begins with ${prefix}_`);
};

/** One line of text without control characters. */
export const text = (maxLength: number) =>
  z
    .string()
    .min(1)
    .max(maxLength)
    .refine((value) => !CONTROL_CHARACTERS.test(value), 'must not contain control characters')
    // what Postgres cannot hold in JSON
    .refine((value) => value.isWellFormed(), 'must be well-formed Unicode');

export const name = () => text(200).refine((value) => value === '' || value.trim() !== '', 'must not be blank');

/** What names an organization in addresses and files. */
export const slug = () =>
  z
    .string()
    .min(1)
    .max(63)
    .regex(/^[a-z0-9](-?[a-z0-9])*$/, 'must be lower-case letters, digits and single hyphens');

/** An instant in UTC. Years are bounded to what every part of the system can hold. */
export const instant = () =>
  z.iso
    .datetime({ error: 'must be an RFC 3339 time in UTC, such as 2026-11-01T00:00:00Z', abort: true })
    .refine((value) => /^2[01]\d\d-/.test(value), 'must lie between the years 2000 and 2199')
    .meta({ example: '2026-11-01T00:00:00Z' });

/** An instant that has not come yet. */
export const futureInstant = () =>
  instant().refine((value) => !(Date.parse(value) <= Date.now()), 'must lie in the future');

export const timeZone = () =>
  text(64)
    .refine(isTimeZone, 'must be an IANA time zone')
    .meta({ description: 'IANA time zone.', example: 'Europe/Berlin' });

const DECIMAL = /^\d{1,26}(\.\d{1,12})?$/;

/** A non-negative decimal with at most 12 places, as a string. */
export const decimal = () =>
  z
    .string()
    .regex(DECIMAL, 'must be a non-negative decimal string with at most 12 places')
    .meta({ example: '0.000420000000' });

export const money = z
  .strictObject({
    amount: z.string().regex(/^-?\d{1,26}\.\d{12}$/),
    currency: z.string().length(3),
  })
  .meta({ id: 'Money', description: 'An exact amount; a decimal string with 12 places.' });

/** Whether a decimal can be a budget; what is no decimal has been told by the pattern already. */
const isBelowCeiling = (amount: string): boolean =>
  !DECIMAL.test(amount) || BigInt(amount.split('.')[0] ?? '') < BigInt(MAX_BUDGET_UNITS);

/** Money that admission counts, in US dollars. */
export const countedAmount = () => decimal().refine(isBelowCeiling, `must be below ${MAX_BUDGET_UNITS}`);

/** A budget as the caller gives it: US dollars, the currency in which usage accrues. */
export const budgetAmount = z
  .strictObject({
    amount: countedAmount(),
    currency: z.literal('USD'),
  })
  .meta({ id: 'BudgetAmount' });

export const monthlyBudget = () =>
  budgetAmount.nullable().meta({ description: 'Ceiling per calendar month; null is none.' });

const ceiling = () => z.int().min(1).max(MAX_INT32).nullable();

export const rateLimit = z
  .strictObject({ requestsPerMinute: ceiling(), tokensPerMinute: ceiling(), concurrency: ceiling() })
  .meta({ id: 'RateLimit', description: 'Null is no limit.' });

export const tags = () =>
  z
    .array(text(64))
    .max(20)
    .refine((list) => new Set(list).size === list.length, 'must not repeat');

const version = () =>
  z.int().min(1).meta({ description: 'Raised by every change; also the ETag. Updates name it in If-Match.' });

/** What every updatable resource carries. */
export const revisionFields = { version: version(), createdAt: z.iso.datetime(), updatedAt: z.iso.datetime() };

/** For bodies of PATCH: at least one field has to be named. */
export const atLeastOneField = (body: object): boolean => Object.keys(body).length > 0;
export const NO_FIELD_MESSAGE = 'must name at least one field to change';

export type RateLimit = z.infer<typeof rateLimit>;
export type MoneyAmount = z.infer<typeof money>;

/** Addresses of IPv4 and IPv6, single or as ranges with a prefix length. */
export const ipRanges = () =>
  z
    .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], 'must be an IP address or a range such as 10.0.0.0/8'))
    .max(50)
    .refine((list) => new Set(list).size === list.length, 'must not repeat')
    .meta({ description: 'Addresses and CIDR ranges from where it may be used; empty: everywhere.' });

/** An e-mail address in lower case: one mailbox is one address here. */
export const email = () =>
  z
    .email('must be an e-mail address')
    .max(254)
    .transform((value) => value.toLowerCase())
    .meta({ example: 'ada@example.com' });

const MIN_PASSWORD_LENGTH = 12;
const MAX_PASSWORD_LENGTH = 128;

export const password = () => z.string().min(MIN_PASSWORD_LENGTH).max(MAX_PASSWORD_LENGTH);

/** What stands behind `#token=` in a link that was given or mailed to somebody. */
export const linkToken = () => text(100).meta({ description: 'What stands behind `#token=` in the link.' });
