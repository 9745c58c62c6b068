import { collectCompletion } from '../../collect-completion.js';
import type { Completion, FinishReason, StreamPart } from '../../conversation.js';
import { isRecord, type JsonRecord } from '../../json.js';
import { records, string } from '../openai-chat/read-answer-fields.js';
import { OutputReader } from './output-reader.js';
import { readUsage } from './read-usage.js';

const INCOMPLETE: Readonly<Record<string, FinishReason>> = {
  max_output_tokens: 'length',
  max_tokens: 'length',
  content_filter: 'content-filter',
};

/** Reads an answer that was not streamed; `null` when it is no response, or one that failed. */
export function readResponse(body: unknown): Completion | null {
  if (!isRecord(body) || !Array.isArray(body['output']) || body['status'] === 'failed') return null;
  return collectCompletion([...startOf(body), ...endOf(body, new OutputReader())]).completion;
}

export function startOf(response: JsonRecord): readonly StreamPart[] {
  const [id, model] = [string(response['id']) ?? '', string(response['model']) ?? ''];
  const created = typeof response['created_at'] === 'number' ? Math.floor(response['created_at']) : 0;
  return [{ kind: 'start', dialect: 'openai-responses', id, model, created, usage: null }];
}

/** What a response that is complete tells beyond what `output` has told of it. */
export function endOf(response: JsonRecord, output: OutputReader): readonly StreamPart[] {
  for (const [index, item] of records(response['output']).entries()) output.complete(index, item);
  const parts = [...output.take()];
  const serviceTier = string(response['service_tier']);
  if (serviceTier !== null) parts.push({ kind: 'service-tier', serviceTier });
  parts.push({ kind: 'finish', choice: 0, reason: finishOf(response, output.hasCalls), stopSequence: null });
  const usage = readUsage(response);
  if (usage !== null) parts.push({ kind: 'usage', usage });
  return parts;
}

function finishOf({ status, incomplete_details: details }: JsonRecord, hasCalls: boolean): FinishReason {
  const reason = isRecord(details) ? string(details['reason']) : null;
  if (reason !== null || status === 'incomplete') return INCOMPLETE[reason ?? ''] ?? 'other';
  if (status !== undefined && status !== null && status !== 'completed') return 'other';
  return hasCalls ? 'tool-calls' : 'stop';
}
