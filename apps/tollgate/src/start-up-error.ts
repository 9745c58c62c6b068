/** Tollgate cannot start, or a command cannot do its work. The message is the one line that the operator reads. */
export class StartUpError extends Error {
  override readonly name = 'StartUpError';
}

/** The one line for any failure of a start: what is our own says what to do; the rest says at least what happened. */
export function startUpMessage(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replaceAll(/\s*\n\s*/g, ' ');
}
