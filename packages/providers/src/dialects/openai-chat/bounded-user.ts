import { createHash } from 'node:crypto';

/** OpenAI takes no more; source: platform.openai.com/docs/api-reference/chat/create. */
const MAX_USER_CHARACTERS = 64;

/** Longer names of end users are refused: such a one is sent as its hash, which stays the same for the same user. */
export function boundedUser(user: string | null): string | null {
  if (user === null || user.length <= MAX_USER_CHARACTERS) return user;
  return createHash('sha256').update(user).digest('hex');
}
