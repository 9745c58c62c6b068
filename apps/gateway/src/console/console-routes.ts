import fastifyStatic from '@fastify/static';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { TollgateConfig } from '@tollgate/config';
import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { APP_CONFIG } from '../platform/tokens.js';
import { PAGE_HEADERS } from './page-headers.js';

/** The folder of the built console. */
export const CONSOLE_FILES = Symbol('CONSOLE_FILES');

/** What no other route has taken; inference answers these in the shape that SDKs read. */
const LEFT_OVER = new Set(['/', '/*']);

/** Where machines call: a mistyped address there is not answered with a page. */
const MACHINES = /^\/(?:v1|openai|api|health|metrics|assets)(?:[/?]|$)/;

/** The console: its files, and its one page for every address that a browser navigates to. */
@Injectable()
export class ConsoleRoutes implements OnModuleInit {
  private readonly fastify: FastifyInstance;

  constructor(
    adapterHost: HttpAdapterHost,
    @Inject(APP_CONFIG) private readonly config: Pick<TollgateConfig, 'gatewayRoles'>,
    @Inject(CONSOLE_FILES) private readonly files: string,
  ) {
    this.fastify = adapterHost.httpAdapter.getInstance<FastifyInstance>();
    const answerPage = pageAnswer(path.join(files, 'index.html'));
    // the page goes before whatever these routes do otherwise, for navigations only
    this.fastify.addHook('onRoute', (route) => {
      if (!LEFT_OVER.has(route.url)) return;
      route.onRequest = [answerPage, ...(route.onRequest === undefined ? [] : [route.onRequest].flat())];
    });
  }

  onModuleInit(): void {
    // a gateway without inference has nobody else to answer what is left over
    if (this.config.gatewayRoles === 'admin') {
      for (const url of LEFT_OVER) this.fastify.all(url, refuse);
    }
    if (!existsSync(path.join(this.files, 'assets'))) return;
    // their names change with their content
    void this.fastify.register(fastifyStatic, {
      root: path.join(this.files, 'assets'),
      prefix: '/assets/',
      decorateReply: false,
      preCompressed: true,
      index: false,
      immutable: true,
      maxAge: '1y',
      setHeaders: guardFile,
    });
    // few and small: an icon, a manifest
    void this.fastify.register(fastifyStatic, {
      root: this.files,
      decorateReply: false,
      wildcard: false,
      globIgnore: ['assets/**', '**/*.html', '**/*.{br,gz}'],
      index: false,
      maxAge: '1h',
      setHeaders: guardFile,
    });
  }
}

const guardFile = (reply: FastifyReply): void => {
  void reply.header('x-content-type-options', 'nosniff');
};

function pageAnswer(file: string): onRequestAsyncHookHandler {
  return async (request, reply) => {
    if (!isNavigation(request)) return;
    const page = await readFile(file).catch(() => null);
    // not built: the address is answered as it would be without a console
    if (page !== null) return reply.headers(PAGE_HEADERS).send(page);
  };
}

function isNavigation({ method, url, headers }: FastifyRequest): boolean {
  const reads = method === 'GET' || method === 'HEAD';
  return reads && headers.accept?.includes('text/html') === true && !MACHINES.test(pathOf(url));
}

/** A request line may name the whole URL, as for a proxy. */
const pathOf = (url: string): string => (url.startsWith('/') ? url : (URL.parse(url)?.pathname ?? url));

function refuse(_request: FastifyRequest, reply: FastifyReply): void {
  void reply.status(404).send({ title: 'There is nothing here. The management API is below /api/v1.' });
}
