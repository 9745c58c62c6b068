import { type InferenceError, inferenceError } from '../../inference-error.js';

/** A model that the key may not use answers exactly as one that does not exist. */
export function modelNotFound(model: string): InferenceError {
  const message = `The model ${JSON.stringify(model)} does not exist or this key may not use it.`;
  return inferenceError('caller_model_not_found', { message, param: 'model' });
}
