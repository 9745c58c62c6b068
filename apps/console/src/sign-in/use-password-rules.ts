import { useText } from '../i18n/use-text.js';

const MIN_PASSWORD_LENGTH = 12;

/** What is asked of a new password. */
export function usePasswordRules() {
  const text = useText();
  return {
    required: text('setUp.required'),
    minLength: { value: MIN_PASSWORD_LENGTH, message: text('setUp.tooShort') },
  };
}
