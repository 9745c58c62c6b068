/** The wire formats of conversations. */
export type DialectId =
  | 'openai-chat'
  | 'openai-responses'
  | 'openai-completions'
  | 'anthropic-messages'
  | 'google-generate'
  | 'bedrock-converse'
  | 'cohere-chat';

/** Those that clients may speak. */
export type ClientDialectId = Exclude<DialectId, 'bedrock-converse' | 'cohere-chat'>;

/**
 * Those into which a conversation can be translated. Legacy completions have one prompt and no messages: they are passed
 * through to the models that still take them, and nothing is translated into them.
 */
export type ProviderDialectId = Exclude<DialectId, 'openai-completions'>;
