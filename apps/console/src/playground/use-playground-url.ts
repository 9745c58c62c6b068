import { type UsableModel, exampleModel } from '../models/usable-models.js';
import { useUrlState } from '../url/use-url-state.js';
import { CLIENT_DIALECTS, type ClientDialect } from './request-body.js';

interface PlaygroundUrl {
  /** Null when the address names none that can be called, and there is none to begin with. */
  readonly chosen: UsableModel | null;
  readonly dialect: ClientDialect;
  readonly choose: (changes: { readonly model?: string; readonly dialect?: ClientDialect }) => void;
}

/** Which model is tried through which API: it stands in the address, so that it can be sent to a colleague. */
export function usePlaygroundUrl(models: readonly UsableModel[]): PlaygroundUrl {
  const { get, set } = useUrlState();
  // one of those with a name of its own, if there are any, and not one that a pattern lets through
  const plain = models.filter(({ name, model }) => name === model.name);
  const named = get('model') ?? exampleModel(plain.length > 0 ? plain : models, ['*']);
  return {
    chosen: models.find(({ name }) => name === named) ?? null,
    dialect: CLIENT_DIALECTS.find((dialect) => dialect === get('api')) ?? CLIENT_DIALECTS[0],
    choose: ({ model, dialect }) =>
      set({
        ...(model !== undefined && { model }),
        ...(dialect !== undefined && { api: dialect === CLIENT_DIALECTS[0] ? null : dialect }),
      }),
  };
}
