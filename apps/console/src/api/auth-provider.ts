import type { QueryClient } from '@tanstack/react-query';
import type { AuthProvider } from 'react-admin';
import { ApiError, readApiError } from './api-error.js';

export interface SignInDetails {
  readonly email: string;
  readonly password: string;
}

interface SessionAnswer {
  readonly user: { readonly id: string; readonly name: string; readonly email: string };
}

/** Sessions are better-auth's: a cookie that scripts cannot read, on the origin that serves the console. */
export function createAuthProvider(queryClient: QueryClient): AuthProvider {
  return {
    async login(details: SignInDetails) {
      await callAuth('sign-in/email', { email: details.email, password: details.password });
      // what was asked before somebody had signed in was answered for nobody
      queryClient.clear();
    },
    async logout() {
      // somebody whose session has ended already is signed out as well
      await callAuth('sign-out', {}).catch(() => undefined);
      queryClient.clear();
    },
    async checkAuth() {
      const session = await readSession();
      if (session === null) throw new ApiError(401, 'Nobody is signed in.');
    },
    checkError: (error: unknown) =>
      error instanceof ApiError && error.status === 401 ? Promise.reject(error) : Promise.resolve(),
    async getIdentity() {
      const session = await readSession();
      if (session === null) throw new ApiError(401, 'Nobody is signed in.');
      return { id: session.user.id, fullName: session.user.name, email: session.user.email };
    },
    getPermissions: () => Promise.resolve(undefined),
  };
}

async function readSession(): Promise<SessionAnswer | null> {
  const response = await reach('get-session', { method: 'GET' });
  if (!response.ok) throw await readApiError(response);
  return (await response.json()) as SessionAnswer | null;
}

async function callAuth(action: string, body: object): Promise<void> {
  const response = await reach(action, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw await readApiError(response);
  // an answer that nobody reads keeps its connection
  await response.arrayBuffer();
}

function reach(action: string, init: RequestInit): Promise<Response> {
  return fetch(`/api/auth/${action}`, { credentials: 'same-origin', ...init }).catch(() => {
    throw new ApiError(0, 'The gateway could not be reached.');
  });
}
