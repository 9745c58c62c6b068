import type { HandWrittenModels, ListedModel } from './catalogue-data.js';
import { imagePrices } from './image-prices.js';
import type { ModelFacts } from './model-facts.js';
import { SECOND_HAND } from './search-and-media-models.js';

const MILLION = 1_000_000;

type MediaModel = Pick<ListedModel, 'name' | 'displayName' | 'match' | 'prices'> & { readonly deprecated?: true };

const media = (model: MediaModel): ListedModel => ({ contextWindow: null, deprecated: false, ...model });

const DALL_E_3 = media({
  name: 'dall-e-3',
  displayName: 'DALL·E 3',
  match: { or: [{ equals: 'dall-e-3' }, { equals: 'dalle3' }] },
  deprecated: true,
  prices: [
    ...imagePrices('standard', { '1024x1024': '0.04', '1024x1792': '0.08', '1792x1024': '0.08' }),
    ...imagePrices('hd', { '1024x1024': '0.08', '1024x1792': '0.12', '1792x1024': '0.12' }),
  ],
});

/** Dollars for a million characters. */
const speech = (name: string, displayName: string, amount: string): ListedModel =>
  media({
    name,
    displayName,
    match: { or: [{ equals: name }, { starts_with: `${name}-1106` }] },
    prices: [{ meter: 'character', amount, per: MILLION }],
  });

/**
 * OpenAI's models that make images and speech by the piece, and the free ones that moderate: the imported data do not
 * have their meters. Written by hand from sources that quote OpenAI's list of prices ("Image generation",
 * "Transcription and speech generation", "Moderation"), not from the list itself.
 */
export const OPENAI_MEDIA_MODELS: HandWrittenModels = {
  provider: 'openai',
  source: SECOND_HAND,
  models: [
    DALL_E_3,
    media({
      name: 'dall-e-2',
      displayName: 'DALL·E 2',
      match: { equals: 'dall-e-2' },
      deprecated: true,
      prices: [...imagePrices('standard', { '256x256': '0.016', '512x512': '0.018', '1024x1024': '0.02' })],
    }),
    speech('tts-1', 'TTS-1', '15'),
    speech('tts-1-hd', 'TTS-1 HD', '30'),
    media({
      name: 'omni-moderation-latest',
      displayName: 'Omni Moderation',
      match: { or: [{ starts_with: 'omni-moderation' }, { starts_with: 'text-moderation' }] },
      prices: [
        { meter: 'input', amount: '0', per: MILLION },
        { meter: 'output', amount: '0', per: MILLION },
      ],
    }),
  ],
};

/** The same under the names that Azure's documentation gives them, at OpenAI's prices. */
export const AZURE_MEDIA_MODELS: HandWrittenModels = {
  provider: 'azure-openai',
  source: SECOND_HAND,
  models: [DALL_E_3, speech('tts', 'TTS', '15'), speech('tts-hd', 'TTS HD', '30')],
};

const TEXT = ['text'];
const SPEECH: ModelFacts = { inputModalities: TEXT, outputModalities: ['audio'], features: ['speech'] };
const DRAWING: ModelFacts = { inputModalities: TEXT, outputModalities: ['image'], features: ['images'] };

export const OPENAI_MEDIA_FACTS: Readonly<Record<string, ModelFacts>> = {
  'dall-e-3': DRAWING,
  'dall-e-2': { ...DRAWING, inputModalities: ['text', 'image'] },
  'tts-1': SPEECH,
  'tts-1-hd': SPEECH,
  'omni-moderation-latest': {
    inputModalities: ['text', 'image'],
    outputModalities: [],
    features: ['moderations'],
    aliases: ['omni-moderation-2024-09-26'],
  },
};

/** `ada` is what the imported data call Azure's `text-embedding-ada-002`. */
export const AZURE_MEDIA_FACTS: Readonly<Record<string, ModelFacts>> = {
  tts: SPEECH,
  'tts-hd': SPEECH,
  ada: {
    contextWindow: 8192,
    inputModalities: TEXT,
    outputModalities: ['embedding'],
    features: ['embeddings'],
    aliases: ['text-embedding-ada-002'],
  },
};
