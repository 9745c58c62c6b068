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
import { withoutTokens } from './auth-answer.js';
import { authBodyOf } from './auth-body.js';
import { AUTH_PATH } from './auth-names.js';
import { AUTH_ROUTES, type AuthRoute } from './auth-route-table.js';
import { browserRequestOf, carriesSession, setCookies } from './browser-request.js';
import { ConsoleSignIn } from './console-sign-in.js';
import { requireOwnOrigin } from './own-origin.js';

const MAX_BODY_BYTES = 64 * 1024;

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
      for (const route of Object.values(AUTH_ROUTES)) {
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

  private async answer(request: FastifyRequest, reply: FastifyReply, route: AuthRoute): Promise<void> {
    requireOwnOrigin(request, { publicUrl: this.config.publicUrl, carriesSession: carriesSession(request) });
    const response = await this.signIn.answer(browserRequestOf(request), {
      method: route.method,
      path: pathIn(request, route),
      body: route.method === 'GET' ? null : authBodyOf(request.body, route),
      requestId: String(reply.getHeader('x-request-id') ?? ''),
    });
    const text = withoutTokens(await response.text());
    // what an authenticator says may be nonsense: the library calls that a failure of its own
    const status = response.status === 500 && text.includes('"FAILED_TO_VERIFY_REGISTRATION"') ? 400 : response.status;
    if (status >= 500) await this.explainFailure(status);
    setCookies(reply, response.headers.getSetCookie());
    const location = response.headers.get('location');
    if (location !== null) void reply.header('location', location);
    const wait = response.headers.get('x-retry-after');
    if (wait !== null) void reply.header('retry-after', wait);
    if (text !== '') void reply.header('content-type', 'application/json; charset=utf-8');
    await reply.status(status).send(text);
  }

  /** The library swallows why it failed. @throws always: what the database says, or that it is our fault. */
  private async explainFailure(status: number): Promise<never> {
    await this.database.pool.query('SELECT 1');
    throw new Error(`the sign-in library answered ${status}`);
  }
}

/** As the library knows the route, with the query where providers answer by it. */
function pathIn({ params, url }: FastifyRequest, { path }: AuthRoute): string {
  if (!path.includes(':')) return path;
  const named = params as Readonly<Record<string, string>>;
  const query = url.indexOf('?');
  const filled = path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(named[name] ?? ''));
  return query < 0 ? filled : filled + url.slice(query);
}
