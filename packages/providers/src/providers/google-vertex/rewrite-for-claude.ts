import type { JsonRecord } from '../../json.js';

/** The version of Anthropic's dialect that Vertex wants in the body; source: docs.cloud.google.com/vertex-ai, "Use Claude". */
const VERSION = 'vertex-2023-10-16';

/** Vertex names the model in the address, and refuses one in the body. */
export function rewriteForClaude(body: JsonRecord): JsonRecord {
  const wire: Record<string, unknown> = { anthropic_version: VERSION, ...body };
  delete wire['model'];
  return wire;
}
