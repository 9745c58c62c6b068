import type { IncomingMessage } from 'node:http';

import { MODALITIES, type Modality, type RoutingConstraints } from '@tollgate/domain';

import { providerById } from '@tollgate/providers';

import { type InferenceError, inferenceError } from '../../inference-error.js';

/** What one request asks of its routing by headers, within what its key may do. */
export interface RequestWishes {
  readonly constraints: RoutingConstraints;
  /** Models that may answer where the one that is named does not. */
  readonly models: readonly string[];
  /** Beside those of its key and its metadata. */
  readonly tags: readonly string[];
  /** Which requests belong together, where their first words do not tell. */
  readonly conversation: string | null;
}

const PREFIX = 'x-tollgate-';
const MAX_ENTRIES = 32;
const MAX_CONVERSATION_CHARACTERS = 256;
const MAX_TAG_CHARACTERS = 256;

type Reader = (text: string) => Partial<RoutingConstraints> | null;

/** Every header that constrains, and how it is read; `null`: not so. */
const CONSTRAINTS: Readonly<Record<string, Reader>> = {
  providers: (text) =>
    entriesOf(text, (providers) => (providers.every((id) => providerById(id) !== undefined) ? { providers } : null)),
  regions: (text) => entriesOf(text, (regions) => ({ regions })),
  residency: (text) => (text === 'local-only' ? { residency: text } : null),
  modalities: (text) => entriesOf(text, (entries) => (entries.every(isModality) ? { inputModalities: entries } : null)),
  'min-context': (text) => (/^\d{1,9}$/.test(text) ? { minContext: Number(text) } : null),
  'max-price': maxPrice,
};

const NAMES = Object.keys(CONSTRAINTS);
const OTHERS = ['models', 'tags', 'conversation'];

/**
 * Reads the headers; `null` when there are none, which is so for almost every request.
 * An error names the header that is wrong.
 */
export function readWishes({ headers, rawHeaders }: IncomingMessage): RequestWishes | InferenceError | null {
  if (!mayWish(rawHeaders)) return null;
  const stranger = Object.keys(headers).find((name) => name.startsWith(PREFIX) && !isKnown(name));
  // a wish that is only misspelt must not pass for one that is heeded
  if (stranger !== undefined) return unknownHeader(stranger);
  let constraints: RoutingConstraints = {};
  for (const name of NAMES) {
    const text = headers[PREFIX + name];
    if (typeof text !== 'string') continue;
    const read = CONSTRAINTS[name]?.(text.trim()) ?? null;
    if (read === null) return wrongHeader(name);
    constraints = { ...constraints, ...read };
  }
  const models = listOf(headers[`${PREFIX}models`]);
  if (models === null) return wrongHeader('models');
  const tags = listOf(headers[`${PREFIX}tags`]);
  if (tags === null || tags.some((tag) => tag.length > MAX_TAG_CHARACTERS)) return wrongHeader('tags');
  const conversation = headers[`${PREFIX}conversation`];
  return {
    constraints,
    models,
    tags,
    conversation: typeof conversation === 'string' ? conversation.slice(0, MAX_CONVERSATION_CHARACTERS) : null,
  };
}

const X = 'x'.charCodeAt(0);

/** Names and values alternate. Looking at their first letters is all that most requests pay. */
function mayWish(rawHeaders: readonly string[]): boolean {
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    if ((name.charCodeAt(0) | 32) === X && name.length > PREFIX.length && isOurs(name)) return true;
  }
  return false;
}

function isOurs(name: string): boolean {
  return name.slice(0, PREFIX.length).toLowerCase() === PREFIX;
}

function listOf(text: string | string[] | undefined): readonly string[] | null {
  if (text === undefined) return [];
  const entries = String(text)
    .split(',')
    .map((entry) => entry.trim());
  return entries.includes('') || entries.length > MAX_ENTRIES ? null : entries;
}

function entriesOf(
  text: string,
  then: (entries: readonly string[]) => Partial<RoutingConstraints> | null,
): Partial<RoutingConstraints> | null {
  const entries = listOf(text);
  return entries === null || entries.length === 0 ? null : then(entries);
}

const isModality = (entry: string): entry is Modality => (MODALITIES as readonly string[]).includes(entry);

/** `3` for both, or `input=2.5, output=10`: USD per million tokens. */
function maxPrice(text: string): Partial<RoutingConstraints> | null {
  if (isAmount(text)) return { maxPrice: { input: text, output: text } };
  const most: { input?: string; output?: string } = {};
  for (const entry of text.split(',')) {
    const [, kind, amount = ''] = /^\s*(input|output)\s*=\s*(\S+)\s*$/.exec(entry) ?? [];
    if (kind === undefined || !isAmount(amount)) return null;
    most[kind as 'input' | 'output'] = amount;
  }
  return { maxPrice: most };
}

const isKnown = (name: string): boolean => [...NAMES, ...OTHERS].includes(name.slice(PREFIX.length));

function unknownHeader(param: string): InferenceError {
  const known = [...NAMES, ...OTHERS].map((name) => PREFIX + name).join(', ');
  const message = `There is no header '${param.slice(0, 60)}' of requests; there are ${known}.`;
  return inferenceError('caller_invalid_request', { message, param: param.slice(0, 60) });
}

const EXPECTED: Readonly<Record<string, string>> = {
  providers: 'a comma-separated list of ids of providers, such as openai',
  regions: 'a comma-separated list of regions',
  residency: '"local-only"',
  modalities: `a comma-separated list of ${MODALITIES.join(', ')}`,
  'min-context': 'a number of tokens',
  'max-price': 'USD per million tokens, such as "3" or "input=2.5, output=10"',
  models: 'a comma-separated list of model names',
  tags: 'a comma-separated list of tags of at most 256 characters',
};

function wrongHeader(name: string): InferenceError {
  const param = PREFIX + name;
  return inferenceError('caller_invalid_request', {
    message: `Invalid header '${param}': expected ${EXPECTED[name] ?? 'something else'}.`,
    param,
  });
}

const isAmount = (text: string): boolean => /^\d{1,9}(?:\.\d{1,12})?$/.test(text);
