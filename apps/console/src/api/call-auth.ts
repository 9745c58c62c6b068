import { ApiError, readApiError } from './api-error.js';

/** Calls a route of the sign-in library that changes something. @throws ApiError when it refuses or cannot be reached. */
export async function callAuth<Answer = void>(action: string, body: object = {}): Promise<Answer> {
  return readAnswer(
    await reach(action, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  );
}

/** Reads from a route of the sign-in library. @throws ApiError when it refuses or cannot be reached. */
export async function readAuth<Answer>(action: string): Promise<Answer> {
  return readAnswer(await reach(action, { method: 'GET' }));
}

async function readAnswer<Answer>(response: Response): Promise<Answer> {
  if (!response.ok) throw await readApiError(response);
  // an answer that nobody reads keeps its connection; what it holds is the library's word
  return (await response.json()) as Answer;
}

function reach(action: string, init: RequestInit): Promise<Response> {
  return fetch(`/api/auth/${action}`, { credentials: 'same-origin', ...init }).catch(() => {
    throw new ApiError(0, 'The gateway could not be reached.');
  });
}
