import type { Conversation } from '../conversation.js';
import type { ClientDialect, RequestAddress } from '../dialect.js';
import { parseJson } from '../json.js';
import type { RequestProblem } from '../request-problem.js';

/** Reads a client's request whole, as translating it needs. */
export function parseConversation(
  text: string,
  { parseRequest }: Pick<ClientDialect, 'parseRequest'>,
  address?: RequestAddress,
): Conversation | RequestProblem {
  const body = parseJson(text);
  if (body !== undefined) return parseRequest(body, address);
  return { code: 'caller_invalid_json', message: 'The body is not valid JSON, or is nested too deeply.', param: null };
}
