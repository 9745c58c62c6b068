import {
  type AnswerFacts,
  type AnswerOptions,
  type BuiltRequest,
  type Completion,
  type Conversation,
  clientDialects,
  droppedParameters,
  keepFromCompletion,
  type KeptReasoning,
  type DialectId,
  ReasoningCollector,
  refusalOf,
  type RequestProblem,
  StreamTranslator,
  translateAnswer,
} from '@tollgate/providers';

import { conversationOf, type Exchange } from '../exchange.js';
import type { Candidate } from '../routing/route.js';
import type { CrossedAnswer, Translating } from './crossing.js';
import { losesProofs } from './lost-proofs.js';
import { answerOptions, otherForm } from './other-form.js';
import { spokenDialect } from './spoken-dialect.js';

/** Two dialects: the request is written anew for each deployment, and its answer for the client. */
export class Translation implements Translating {
  /** For the deployment that was looked at last. */
  private built: { readonly candidate: Candidate; readonly request: BuiltRequest } | null = null;

  /** @param keep takes what the model thought before it called tools, where the client cannot give it back. */
  constructor(
    private readonly conversation: Conversation,
    private readonly keep: (kept: KeptReasoning) => void,
  ) {}

  /** Why the deployment cannot be asked: something that the client said cannot be told it, and the key wants that refused. */
  refusal({ principal }: Exchange, candidate: Candidate): RequestProblem | null {
    const { inexpressible } = this.build(candidate, null);
    return refusalOf(inexpressible, principal?.unsupportedParameters ?? 'refuse');
  }

  path({ paths }: Candidate, stream: boolean): string {
    return stream ? paths.streamed : paths.whole;
  }

  requestBody(exchange: Exchange, candidate: Candidate): Buffer {
    const { body, inexpressible } = this.build(candidate, exchange.imposedOutputCap);
    exchange.dropped = droppedParameters(inexpressible);
    return Buffer.from(JSON.stringify(candidate.rewrite?.(body) ?? body));
  }

  requestHeaders(_exchange: Exchange, { upstream }: Candidate): readonly string[] {
    return upstream.headers;
  }

  forwarder(exchange: Exchange, { dialect }: Candidate, sink: (bytes: Buffer) => void): StreamTranslator {
    const { includeUsage } = this.conversation;
    const reader = spokenDialect(dialect).streamReader();
    const writer = clientDialects[conversationOf(exchange).dialect].streamWriter({
      includeUsage,
      ...this.options(exchange),
    });
    const collector = this.keepsReasoning(dialect) ? new ReasoningCollector() : null;
    if (collector === null) return new StreamTranslator({ reader, writer }, sink);
    return new StreamTranslator(
      {
        reader,
        writer,
        onPart: (part) => {
          collector.add(part);
          const kept = part.kind === 'done' ? collector.kept() : null;
          if (kept !== null) this.keep(kept);
        },
      },
      sink,
    );
  }

  readAnswer(exchange: Exchange, { dialect }: Candidate, received: Buffer): CrossedAnswer {
    const pair = { upstream: spokenDialect(dialect), client: clientDialects[conversationOf(exchange).dialect] };
    const { facts, body, completion } = translateAnswer(received, pair, this.options(exchange));
    if (completion !== null && this.keepsReasoning(dialect)) this.keepThoughts(completion);
    return { facts: facts satisfies AnswerFacts, body };
  }

  readonly readStreamed = otherForm.readStreamed;
  readonly streamWhole = otherForm.streamWhole;

  private keepThoughts(completion: Completion): void {
    const kept = keepFromCompletion(completion);
    if (kept !== null) this.keep(kept);
  }

  private keepsReasoning(upstream: DialectId | null): boolean {
    return losesProofs(this.conversation.dialect, upstream);
  }

  private options(exchange: Exchange): AnswerOptions {
    return { ...answerOptions(exchange), conversation: this.conversation };
  }

  private build(candidate: Candidate, imposedOutputCap: number | null): BuiltRequest {
    if (imposedOutputCap === null && this.built?.candidate === candidate) return this.built.request;
    const { dialect, provider, target, targetModel } = candidate;
    const { conversation } = this;
    const request = spokenDialect(dialect).buildRequest(
      {
        ...conversation,
        model: target.upstreamModel,
        maxOutputTokens: withinModel(imposedOutputCap ?? conversation.maxOutputTokens, candidate),
        includeUsage: conversation.includeUsage || provider.forcesUsage,
      },
      targetModel,
    );
    this.built = { candidate, request };
    return request;
  }
}

/** More than the model can write is no different from all that it can, and providers refuse to be asked for more. */
function withinModel(cap: number | null, { maxOutputTokens }: Candidate): number | null {
  return cap === null || maxOutputTokens === null ? cap : Math.min(cap, maxOutputTokens);
}
