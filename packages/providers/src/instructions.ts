import type { Message } from './conversation.js';

/**
 * Instructions go before the conversation, also those that came later, as vendors' own layers for OpenAI's clients do;
 * models that know better keep them in place, between a turn of the user and one of the assistant.
 */
export function dividedInstructions(
  messages: readonly Message[],
  laterSystemMessages: boolean,
): { readonly instructions: readonly Message[]; readonly others: readonly Message[] } {
  // a request of instructions alone still has to ask something
  if (messages.every(isInstruction)) return { instructions: messages.slice(0, -1), others: messages.slice(-1) };
  const instructions: Message[] = [];
  const others: Message[] = [];
  for (const [i, message] of messages.entries()) {
    const next = messages[i + 1];
    const inPlace =
      laterSystemMessages && asksUser(messages[i - 1]) && (next === undefined || next.role === 'assistant');
    (isInstruction(message) && !inPlace ? instructions : others).push(message);
  }
  return { instructions, others };
}

function isInstruction({ role }: Message): boolean {
  return role === 'system' || role === 'developer';
}

function asksUser(message: Message | undefined): boolean {
  return message?.role === 'user' || message?.role === 'tool';
}
