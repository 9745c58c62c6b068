import { useCallback, useState } from 'react';
import { isSimulated, tokenPrices, type UsableModel } from '../models/usable-models.js';
import { heardTurns, type Question, type Turn } from './conversation.js';
import { type ClientDialect, type RequestBody, requestBody } from './request-body.js';
import { EMPTY_SETTINGS, readSettings, type SettingsDraft } from './settings-draft.js';
import { usePlaygroundSecret } from './use-playground-secret.js';

const NOTHING_ASKED: Question = { text: '', pictures: [] };

interface RequestParts {
  readonly projectId: string;
  readonly chosen: UsableModel | null;
  readonly dialect: ClientDialect;
  readonly turns: readonly Turn[];
}

interface NextRequest {
  readonly settings: SettingsDraft;
  readonly changeSettings: (changes: Partial<SettingsDraft>) => void;
  readonly question: Question;
  readonly setQuestion: (question: Question) => void;
  readonly clearQuestion: () => void;
  readonly isAsked: boolean;
  /** Null while a setting is none, or no model is chosen. */
  readonly body: RequestBody | null;
  /** The key that requests are booked on, once it is known. */
  readonly keyId: string | null;
  readonly secretOf: () => Promise<string>;
}

/** The request that would be sent next, out of the settings, what was said before, and what is being written. */
export function useRequest({ projectId, chosen, dialect, turns }: RequestParts): NextRequest {
  const [draft, setDraft] = useState(EMPTY_SETTINGS);
  const [question, setQuestion] = useState(NOTHING_ASKED);
  const [keyId, setKeyId] = useState<string | null>(null);
  const issue = usePlaygroundSecret(projectId);
  const isUnpriced = chosen !== null && !isSimulated(chosen.model) && tokenPrices(chosen.model) === null;
  const secretOf = useCallback(async () => {
    const key = await issue(isUnpriced);
    setKeyId(key.apiKeyId);
    return key.secret;
  }, [issue, isUnpriced]);
  const settings = readSettings(draft);
  const body =
    chosen === null || settings === null
      ? null
      : requestBody(dialect, {
          target: { model: chosen.name, provider: chosen.model.provider },
          settings,
          turns: heardTurns(turns),
          question,
        });
  return {
    settings: draft,
    changeSettings: (changes) => setDraft((before) => ({ ...before, ...changes })),
    question,
    setQuestion,
    clearQuestion: () => setQuestion(NOTHING_ASKED),
    isAsked: question.text.trim() !== '' || question.pictures.length > 0,
    body,
    keyId,
    secretOf,
  };
}
