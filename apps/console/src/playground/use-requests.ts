import { useCallback, useState } from 'react';
import { tokenPrices } from '../models/model-prices.js';
import { isSimulated, type UsableModel } from '../models/usable-models.js';
import { heardIn, type Question, type Turn } from './conversation.js';
import { type ClientDialect, type RequestBody, requestBody } from './request-body.js';
import { EMPTY_SETTINGS, readSettings, type SettingsDraft } from './settings-draft.js';
import { usePlaygroundSecret } from './use-playground-secret.js';

const NOTHING_ASKED: Question = { text: '', pictures: [] };

interface RequestParts {
  readonly projectId: string;
  readonly models: readonly UsableModel[];
  /** By column. */
  readonly chosen: readonly (UsableModel | null)[];
  readonly dialect: ClientDialect;
  readonly turns: readonly Turn[];
}

/** What a column would be asked next. */
export interface NextRequest {
  readonly model: string;
  readonly body: RequestBody;
  readonly secretOf: () => Promise<string>;
}

interface NextRequests {
  readonly settings: SettingsDraft;
  readonly changeSettings: (changes: Partial<SettingsDraft>) => void;
  readonly question: Question;
  readonly setQuestion: (question: Question) => void;
  readonly clearQuestion: () => void;
  readonly isAsked: boolean;
  /** One for each column; null while a setting is none, or a column has no model. */
  readonly requests: readonly NextRequest[] | null;
  /** The key that requests are booked on, once it is known. */
  readonly keyId: string | null;
  /** For asking about a request that was made of the model: any secret of the same key does. */
  readonly secretOf: (model: string) => Promise<string>;
}

/** What would be sent next, out of the settings, what was said before, and what is being written. */
export function useRequests({ projectId, models, chosen, dialect, turns }: RequestParts): NextRequests {
  const [draft, setDraft] = useState(EMPTY_SETTINGS);
  const [question, setQuestion] = useState(NOTHING_ASKED);
  const [keyId, setKeyId] = useState<string | null>(null);
  const issue = usePlaygroundSecret(projectId);
  const secretFor = useCallback(
    async (unpriced: boolean) => {
      const key = await issue(unpriced);
      setKeyId(key.apiKeyId);
      return key.secret;
    },
    [issue],
  );
  const settings = readSettings(draft);
  const requests = chosen.flatMap((usable, column): NextRequest[] => {
    if (usable === null || settings === null) return [];
    const { name, model } = usable;
    const target = { model: name, provider: model.provider };
    const body = requestBody(dialect, { target, settings, heard: heardIn(turns, column), question });
    return [{ model: name, body, secretOf: () => secretFor(isUnpriced(usable)) }];
  });
  return {
    settings: draft,
    changeSettings: (changes) => setDraft((before) => ({ ...before, ...changes })),
    question,
    setQuestion,
    clearQuestion: () => setQuestion(NOTHING_ASKED),
    isAsked: question.text.trim() !== '' || question.pictures.length > 0,
    requests: requests.length === chosen.length ? requests : null,
    keyId,
    secretOf: (model) => secretFor(models.some((usable) => usable.name === model && isUnpriced(usable))),
  };
}

const isUnpriced = ({ model }: UsableModel): boolean => !isSimulated(model) && tokenPrices(model) === null;
