import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { TollgateConfig } from '@tollgate/config';
import { Database } from '@tollgate/database';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { setBodyDeadline } from '../admin/http/body-deadline.js';
import { nameAnswer } from '../admin/http/name-answer.js';
import { answerProblem, type ProblemLog } from '../admin/http/problem-answer.js';
import { ProblemError } from '../admin/http/problem-error.js';
import { APP_CONFIG, LOGGER } from '../platform/tokens.js';
import { AUTH_PATH, SESSION_PATH, SIGN_IN_PATH, SIGN_OUT_PATH } from './auth-names.js';
import { browserRequestOf, carriesSession, setCookies } from './browser-request.js';
import { ConsoleSignIn } from './console-sign-in.js';
import { requireOwnOrigin } from './own-origin.js';

const MAX_BODY_BYTES = 64 * 1024;

interface AuthRoute {
  readonly method: 'GET' | 'POST';
  readonly path: string;
}

/** What the console uses of the sign-in library; the rest of it cannot be reached. */
const ROUTES: readonly AuthRoute[] = [
  { method: 'POST', path: SIGN_IN_PATH },
  { method: 'POST', path: SIGN_OUT_PATH },
  { method: 'GET', path: SESSION_PATH },
];

/**
 * Signing in and out at `/api/auth`, in a Fastify scope of its own: the library reads bodies itself, and nothing of
 * that may reach other routes.
 */
@Injectable()
export class AuthRoutes implements OnModuleInit {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly signIn: ConsoleSignIn,
    private readonly database: Database,
    @Inject(APP_CONFIG) private readonly config: Pick<TollgateConfig, 'publicUrl' | 'bodyTimeoutMs'>,
    @Inject(LOGGER) private readonly log: ProblemLog,
  ) {}

  onModuleInit(): void {
    const fastify = this.adapterHost.httpAdapter.getInstance<FastifyInstance>();
    void fastify.register((scope, _options, registered) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser(
        'application/json',
        { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES },
        (_request, body, parsed) => parsed(null, body),
      );
      scope.setErrorHandler((error, _request, reply) => answerProblem(error, reply, this.log));
      scope.addHook('onRequest', (request, reply, done) => {
        nameAnswer(reply);
        setBodyDeadline(request, reply, this.config.bodyTimeoutMs);
        done();
      });
      for (const route of ROUTES) {
        scope.route({
          method: route.method,
          url: AUTH_PATH + route.path,
          handler: (request, reply) => this.answer(request, reply, route),
        });
      }
      scope.all(`${AUTH_PATH}/*`, () => {
        throw new ProblemError('not-found', 'There is no such route for signing in.');
      });
      registered();
    });
  }

  private async answer(request: FastifyRequest, reply: FastifyReply, { method, path }: AuthRoute): Promise<void> {
    requireOwnOrigin(request, { publicUrl: this.config.publicUrl, carriesSession: carriesSession(request) });
    const body = method === 'GET' ? null : Buffer.isBuffer(request.body) ? request.body : Buffer.from('{}');
    const response = await this.signIn.answer(browserRequestOf(request), { method, path, body });
    if (response.status >= 500) await this.explainFailure(response.status);
    const text = await response.text();
    setCookies(reply, response.headers.getSetCookie());
    const wait = response.headers.get('x-retry-after');
    if (wait !== null) void reply.header('retry-after', wait);
    await reply.status(response.status).header('content-type', 'application/json; charset=utf-8').send(text);
  }

  /** The library swallows why it failed. @throws always: what the database says, or that it is our fault. */
  private async explainFailure(status: number): Promise<never> {
    await this.database.pool.query('SELECT 1');
    throw new Error(`the sign-in library answered ${status}`);
  }
}
