import { isRecord, parseJson } from '../../json.js';

/** The ids in an answer to `GET /models`, or `null` when it is no such list. */
export function readModelList(body: Buffer): readonly string[] | null {
  const list = parseJson(body.toString());
  // Together answers with the bare array
  const models = isRecord(list) ? list['data'] : list;
  if (isRecord(list) && models === null) return []; // Ollama without any model
  if (!Array.isArray(models)) return null;
  return models.flatMap((model: unknown) => (isRecord(model) && typeof model['id'] === 'string' ? [model['id']] : []));
}
