import polyglotI18nProvider from 'ra-i18n-polyglot';
import raEnglish from 'ra-language-english';
import type { I18nProvider } from 'react-admin';
import { english } from './english/english.js';

const MESSAGES = { ...raEnglish, ...english };

export const i18nProvider: I18nProvider = polyglotI18nProvider(
  () => MESSAGES,
  'en',
  [{ locale: 'en', name: 'English' }],
  {
    // a page never breaks over a missing word
    allowMissing: true,
  },
);
