/** The wire formats that clients and providers speak. */
export type DialectId = 'openai-chat' | 'anthropic-messages';
