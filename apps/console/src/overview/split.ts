import type { TextKey } from '../i18n/use-text.js';

/** What spend can be split by. */
export const SPLITS = ['model', 'provider', 'project', 'apiKey'] as const;
export type Split = (typeof SPLITS)[number];

export const SPLIT_TEXTS: Readonly<Record<Split, TextKey>> = {
  model: 'overview.byModel',
  provider: 'overview.byProvider',
  project: 'overview.byProject',
  apiKey: 'overview.byKey',
};

/** The parameter of an address that narrows a list of requests to one of these. */
export const SPLIT_PARAMETERS: Readonly<Record<Split, string>> = {
  model: 'model',
  provider: 'provider',
  project: 'project',
  apiKey: 'key',
};

/** Figures of projects and keys are kept in days; by the others also in hours. */
export const isKeptByHour = (split: Split): boolean => split === 'model' || split === 'provider';
