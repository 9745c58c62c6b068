import { isRecord, type JsonRecord, parseJson } from '../json.js';

interface ModelListing {
  /** The field that holds the list. */
  readonly list: string;
  /** The field of a model that holds its name. */
  readonly name: string;
  /** Whether requests can be sent to it: lists also hold what is trained, retired or for other uses. */
  readonly callable?: (model: JsonRecord) => boolean;
}

/** Reads a list of models in a vendor's own shape; `null` when the body is no such list. */
export function readListedModels({ list, name, callable }: ModelListing): (body: Buffer) => readonly string[] | null {
  return (body) => {
    const document = parseJson(body.toString());
    const models = isRecord(document) ? document[list] : document; // some answer with the bare array
    if (!Array.isArray(models)) return null;
    return models.flatMap((model: unknown) => {
      if (!isRecord(model) || typeof model[name] !== 'string') return [];
      return callable?.(model) === false ? [] : [model[name]];
    });
  };
}

/** Of vendors without a list of models: asking for nothing is refused, but a bad key is refused otherwise. */
export const noModels = (): readonly string[] => [];
