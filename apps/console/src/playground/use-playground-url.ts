import { type UsableModel, exampleModel } from '../models/usable-models.js';
import { useUrlState } from '../url/use-url-state.js';
import { CLIENT_DIALECTS, type ClientDialect } from './request-body.js';

/** As many answers as can be read side by side. */
export const MAX_COLUMNS = 4;

interface PlaygroundUrl {
  /** A model for each column; null where the address names none that can be called, and there is none to begin with. */
  readonly chosen: readonly [UsableModel | null, ...(UsableModel | null)[]];
  readonly dialect: ClientDialect;
  readonly chooseModel: (column: number, name: string) => void;
  readonly addColumn: () => void;
  readonly removeColumn: (column: number) => void;
  readonly chooseDialect: (dialect: ClientDialect) => void;
}

/** Which models are tried through which API: it stands in the address, so that it can be sent to a colleague. */
export function usePlaygroundUrl(models: readonly UsableModel[]): PlaygroundUrl {
  const { get, set } = useUrlState();
  const names = readNames(get('model'), models);
  const [first, ...others] = names.map((name) => models.find((usable) => usable.name === name) ?? null);
  const write = (next: readonly string[]): void => set({ model: next.join(SEPARATOR) });
  return {
    chosen: [first ?? null, ...others],
    dialect: CLIENT_DIALECTS.find((dialect) => dialect === get('api')) ?? CLIENT_DIALECTS[0],
    chooseModel: (column, name) => write(names.map((known, index) => (index === column ? name : known))),
    addColumn: () => write([...names, nextName(names, models)]),
    removeColumn: (column) => write(names.filter((_name, index) => index !== column)),
    chooseDialect: (dialect) => set({ api: dialect === CLIENT_DIALECTS[0] ? null : dialect }),
  };
}

/** No name of a model has it. */
const SEPARATOR = ',';

function readNames(text: string | null, models: readonly UsableModel[]): readonly string[] {
  const named = (text ?? '').split(SEPARATOR).filter((name) => name !== '');
  return named.length > 0 ? named.slice(0, MAX_COLUMNS) : [firstName(models)];
}

function firstName(models: readonly UsableModel[]): string {
  // one of those with a name of its own, if there are any, and not one that a pattern lets through
  const plain = models.filter(({ name, model }) => name === model.name);
  return exampleModel(plain.length > 0 ? plain : models, ['*']) ?? '';
}

/** Another one than those that are there, to be compared with them. */
function nextName(names: readonly string[], models: readonly UsableModel[]): string {
  const others = models.filter(({ name }) => !names.includes(name));
  return firstName(others.length > 0 ? others : models);
}
