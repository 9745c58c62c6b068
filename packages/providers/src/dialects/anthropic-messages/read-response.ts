import type { Completion, Extensions, Part } from '../../conversation.js';
import { isRecord, type JsonRecord } from '../../json.js';
import { readBlock, string } from './read-block.js';
import { readServiceTier } from './read-service-tier.js';
import { readUsage } from './read-usage.js';
import { readStopReason } from './stop-reasons.js';

const MESSAGE_FIELDS = new Set([
  'id',
  'type',
  'role',
  'model',
  'content',
  'stop_reason',
  'stop_sequence',
  'stop_details',
  'container',
  'usage',
]);

/** Reads an answer that was not streamed; `null` when it is no message. */
export function readResponse(body: unknown): Completion | null {
  if (!isRecord(body) || body['type'] !== 'message' || !Array.isArray(body['content'])) return null;
  const parts: Part[] = [];
  for (const block of body['content']) {
    const part = isRecord(block) ? readBlock(block) : null;
    if (part !== null) parts.push(part);
  }
  const refusal = refusalOf(body['stop_details']);
  if (refusal !== null) parts.push({ kind: 'refusal', text: refusal });
  return {
    dialect: 'anthropic-messages',
    id: string(body['id']) ?? '',
    model: string(body['model']) ?? '',
    created: 0,
    choices: [
      {
        index: 0,
        parts,
        finish: readStopReason(body['stop_reason']),
        stopSequence: string(body['stop_sequence']),
        annotations: [],
        logprobs: null,
        extensions: endExtensions(body),
      },
    ],
    usage: readUsage(body['usage']),
    serviceTier: readServiceTier(body['usage']),
    extensions: messageExtensions(body),
  };
}

/** Why the model refused, where it says so. */
export function refusalOf(details: unknown): string | null {
  return isRecord(details) && details['type'] === 'refusal' ? string(details['explanation']) : null;
}

/** What stands beside the reason for the end, and has no neutral name. */
export function endExtensions(wire: JsonRecord): Extensions {
  const extensions: Record<string, unknown> = {};
  for (const name of ['stop_details', 'container']) if (wire[name] != null) extensions[name] = wire[name];
  return extensions;
}

export function messageExtensions(message: JsonRecord): Extensions {
  const extensions: Record<string, unknown> = {};
  for (const name in message) {
    if (!MESSAGE_FIELDS.has(name) && message[name] !== null) extensions[name] = message[name];
  }
  return extensions;
}
