import { parsePicos } from '@tollgate/domain';

/** The payload is no usage event that could be booked. The message names what is wrong, not what it contains. */
export class InvalidUsageEvent extends Error {
  override readonly name = 'InvalidUsageEvent';
}

export type Fields = Readonly<Record<string, unknown>>;

export function text(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string') throw new InvalidUsageEvent(`${name} is not text`);
  return value;
}

export function optionalText(fields: Fields, name: string): string | null {
  return fields[name] === null ? null : text(fields, name);
}

export function optionalMoney(fields: Fields, name: string): string | null {
  const amount = optionalText(fields, name);
  try {
    if (amount !== null) parsePicos(amount);
    return amount;
  } catch {
    throw new InvalidUsageEvent(`${name} is not a decimal amount`);
  }
}

export function flag(fields: Fields, name: string): boolean {
  const value = fields[name];
  if (typeof value !== 'boolean') throw new InvalidUsageEvent(`${name} is not true or false`);
  return value;
}

export function whole(fields: Fields, name: string, max: number): number {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0 || value > max) {
    throw new InvalidUsageEvent(`${name} is not a whole number between 0 and ${max}`);
  }
  return value;
}

export function duration(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new InvalidUsageEvent(`${name} is not a number`);
  return Math.max(0, value);
}

export function object(fields: Fields, name: string): Fields {
  return requireObject(fields[name], name);
}

export function requireObject(value: unknown, name: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidUsageEvent(`${name} is not an object`);
  }
  return value as Fields;
}

export function list(fields: Fields, name: string): readonly unknown[] {
  const value = fields[name];
  if (!Array.isArray(value)) throw new InvalidUsageEvent(`${name} is not a list`);
  return value;
}

/** A figure to compare by: finite, within bounds. */
export function figure(fields: Fields, name: string, max = Number.MAX_VALUE): number {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0 || value > max) {
    throw new InvalidUsageEvent(`${name} is not a number between 0 and ${max}`);
  }
  return value;
}

export function optionalFigure(fields: Fields, name: string): number | null {
  return fields[name] === null ? null : figure(fields, name);
}

/** One of a closed list of words. */
export function oneOf<const Word extends string>(fields: Fields, name: string, words: readonly Word[]): Word {
  const value = fields[name];
  const known = words.find((word) => word === value);
  if (known === undefined) throw new InvalidUsageEvent(`${name} is unknown`);
  return known;
}
