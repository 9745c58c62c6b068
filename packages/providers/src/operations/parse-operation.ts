import { isRequestProblem, type RequestProblem } from '../request-problem.js';
import { RequestRefusal, WireReader } from '../wire-reader.js';

/** Runs a parser of requests and turns what it throws of refusals into a problem. */
export function parseOperation<Request extends object>(
  body: unknown,
  read: (wire: WireReader) => Request,
): Request | RequestProblem {
  try {
    const request = read(WireReader.of(body, ''));
    if (isRequestProblem(request)) throw new Error('a request that looks like a problem');
    return request;
  } catch (error) {
    if (error instanceof RequestRefusal) return error.problem;
    throw error;
  }
}

/** A whole number within a range. @throws RequestRefusal */
export function wholeNumber(wire: WireReader, name: string, [min, max]: readonly [number, number]): number | null {
  const value = wire.number(name);
  if (value === null) return null;
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    throw new RequestRefusal(
      `Invalid '${name}': expected a whole number from ${min} to ${max}, but got ${value}.`,
      wire.pathOf(name),
    );
  }
  return value;
}

/** One of a list of words. @throws RequestRefusal */
export function word<Word extends string>(wire: WireReader, name: string, words: readonly Word[]): Word | null {
  const value = wire.string(name);
  if (value === null) return null;
  const known = words.find((candidate) => candidate === value);
  if (known === undefined) throw wire.unsupported(name, words);
  return known;
}
