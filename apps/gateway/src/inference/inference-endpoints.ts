import type { IncomingMessage, ServerResponse } from 'node:http';

import type { AdmissionStore } from '@tollgate/admission';

import type { ControlPlaneWatch } from './control-plane/control-plane-watch.js';
import type { Principal } from './control-plane/principal.js';
import { answerError } from './endpoints/answer-json.js';
import type { Counted, CountTokens } from './endpoints/count-tokens.js';
import { showKey } from './endpoints/key.js';
import { listModels, showModel } from './endpoints/models.js';
import { type RequestSources, showRequest } from './endpoints/requests.js';
import { inferenceError } from './inference-error.js';
import type { InferenceHandlers } from './inference-routes.js';
import type { Authenticator } from './pipeline/authentication/authenticate.js';
import type { Called } from './pipeline/exchange.js';
import { googleGenerate } from './surfaces/google-generate.js';
import type { Surface } from './surfaces/surface.js';
import type { InferencePipeline } from './pipeline/pipeline.js';

export interface InferenceEndpointsParts {
  readonly pipeline: InferencePipeline;
  readonly authenticator: Authenticator;
  readonly controlPlane: ControlPlaneWatch;
  readonly admission: AdmissionStore;
  readonly countTokens: CountTokens;
  readonly requests: RequestSources;
  onDefect(error: unknown): void;
}

/** What clients call. Inference goes through the pipeline; what a key asks about itself needs only authentication. */
export class InferenceEndpoints implements InferenceHandlers {
  private stopping = false;

  constructor(private readonly parts: InferenceEndpointsParts) {}

  /** From now on new requests are refused; running ones end. */
  beginStopping(): void {
    this.stopping = true;
  }

  infer(request: IncomingMessage, response: ServerResponse, called: Called): void {
    if (!this.isRefused(request, response, called.surface)) this.parts.pipeline.run(request, response, called);
  }

  /** `{model}:generateContent`, `:streamGenerateContent` and `:countTokens`, as Google's clients call them. */
  generate(request: IncomingMessage, response: ServerResponse, target: string): void {
    const colon = target.lastIndexOf(':');
    const model = target.slice(0, Math.max(colon, 0)).replace(/^models\//, '');
    const surface = googleGenerate;
    switch (target.slice(colon + 1)) {
      case 'generateContent':
        return this.infer(request, response, { surface, address: { model, stream: false } });
      case 'streamGenerateContent': {
        const called = { surface, address: { model, stream: true } };
        const asEvents = /[?&](?:alt|\$alt)=sse(?:&|$)/.test(request.url ?? '');
        return this.infer(request, response, asEvents ? called : { ...called, asArray: true });
      }
      case 'countTokens':
        return this.countTokens({ request, surface, address: { model, stream: false } }, response);
      default:
        return this.unknownRoute(request, response);
    }
  }

  countTokens(counted: Counted, response: ServerResponse): void {
    const { request } = counted;
    if (this.isRefused(request, response, counted.surface)) return;
    this.authenticated(request, response, (principal) => this.parts.countTokens.answer(counted, response, principal));
  }

  /** What is refused before anybody knows who asks. */
  private isRefused(request: IncomingMessage, response: ServerResponse, surface: Surface): boolean {
    const isMultipart =
      surface.kind !== 'form-operation' && /^multipart\//i.test(request.headers['content-type'] ?? '');
    if (!this.stopping && !isMultipart) return false;
    const code = this.stopping ? 'gateway_shutting_down' : 'caller_unsupported_media_type';
    answerError(response, inferenceError(code), { connection: 'close' });
    return true;
  }

  listModels(request: IncomingMessage, response: ServerResponse): void {
    this.authenticated(request, response, (principal) =>
      listModels(response, this.parts.controlPlane.current, principal),
    );
  }

  showModel(request: IncomingMessage, response: ServerResponse, name: string): void {
    this.authenticated(request, response, (principal) =>
      showModel(response, this.parts.controlPlane.current, { principal, name }),
    );
  }

  showKey(request: IncomingMessage, response: ServerResponse): void {
    this.authenticated(request, response, (principal) => showKey(response, principal, this.parts.admission));
  }

  showRequest(request: IncomingMessage, response: ServerResponse, id: string): void {
    this.authenticated(request, response, (principal) => showRequest(response, { principal, id }, this.parts.requests));
  }

  unknownRoute(request: IncomingMessage, response: ServerResponse): void {
    const isBelowPrefix = /^\/((openai\/|anthropic\/|google\/)?v1|(google\/)?v1beta|v2)\//.test(pathOf(request));
    const hint = isBelowPrefix
      ? ''
      : ' The base URL of the API ends in /v1; that of Anthropic’s clients in /anthropic.';
    const message = `There is no such endpoint: ${request.method ?? ''} ${pathOf(request)}.${hint}`;
    answerError(response, inferenceError('caller_route_not_found', { message }), closing(request));
  }

  wrongMethod(request: IncomingMessage, response: ServerResponse, allowed: string): void {
    const message = `${pathOf(request)} takes ${allowed}, not ${request.method ?? ''}.`;
    answerError(response, inferenceError('caller_method_not_allowed', { message }), {
      allow: allowed,
      ...closing(request),
    });
  }

  private authenticated(
    request: IncomingMessage,
    response: ServerResponse,
    answer: (principal: Principal) => void | Promise<void>,
  ): void {
    this.parts.authenticator.verify(request, Date.now(), (error, principal) => {
      if (error !== null || principal === null)
        return answerError(response, error ?? inferenceError('caller_invalid_key'));
      Promise.resolve()
        .then(() => answer(principal))
        .catch((defect: unknown) => {
          this.parts.onDefect(defect);
          if (!response.headersSent) answerError(response, inferenceError('gateway_internal'));
        });
    });
  }
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?', 1)[0]?.slice(0, 200) ?? '';
}

/** The rest of a body that nobody reads would be taken for the next request. */
function closing(request: IncomingMessage): Record<string, string> {
  return request.complete || request.method === 'GET' ? {} : { connection: 'close' };
}
