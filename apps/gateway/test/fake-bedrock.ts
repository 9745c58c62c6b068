import type { IncomingMessage } from 'node:http';
import { createSecureServer } from 'node:http2';

import { converseEvent } from '@tollgate/testing/event-stream-frames';
import { expectedSignature, parseAuthorization } from '@tollgate/testing/signature-v4';

import type { ReceivedRequest } from './fake-openai.js';
import { FakeVendor, httpServer, listOf, Refusal, sendFrames, sendJson, unknownName } from './fake-vendor.js';
import { pieces, say } from './stand-in-model.js';

type Json = Readonly<Record<string, unknown>>;
interface Message {
  readonly role: string;
  readonly content: readonly Json[];
}

export const BEDROCK_STREAM = 'application/vnd.amazon.eventstream';
const BEDROCK_USAGE = {
  inputTokens: 30,
  outputTokens: 20,
  totalTokens: 200,
  cacheReadInputTokens: 100,
  cacheWriteInputTokens: 50,
};
const REGION = 'us-east-1';
const PARAMETERS = (
  'messages system inferenceConfig toolConfig guardrailConfig additionalModelRequestFields promptVariables ' +
  'additionalModelResponseFieldPaths requestMetadata performanceConfig serviceTier outputConfig'
).split(' ');
const BLOCKS = 'text image document video toolUse toolResult guardContent cachePoint reasoningContent'.split(' ');

/** Stands for Amazon Bedrock: checks signatures with its own copy of the secret, or a bearer key. */
export class FakeBedrock extends FakeVendor {
  readonly accessKey = {
    accessKeyId: 'AKIAFAKE0123456789AB',
    secretAccessKey: 'fakeSecret0123456789/ABCDEFGHIJKLMNOPQRS',
    region: REGION,
  };
  readonly bearerKey = 'ABSKfake0123456789abcdefghijklmnopqrstuvwxyz';
  /** HTTP versions in which requests came. */
  readonly versions: string[] = [];

  /** @param tls key and certificate of a server that speaks HTTP/2; without them it is HTTP/1.1 in clear. */
  static async start(tls?: { readonly key: string; readonly cert: string }): Promise<FakeBedrock> {
    const server = tls === undefined ? httpServer() : createSecureServer({ ...tls, allowHTTP1: true });
    const fake = new FakeBedrock(server, tls === undefined ? 'http' : 'https');
    return fake.listen({
      isAuthorized: (request, body) => fake.isAuthorized(request, body),
      refuse(response, status, message) {
        const type = status === 401 ? 'UnrecognizedClientException' : 'ValidationException';
        sendJson(response, { message }, status === 401 ? 403 : status, { 'x-amzn-errortype': type });
      },
      answer(received, response, method) {
        const [, model = '', action] = /^\/model\/([^/]+)\/(converse|converse-stream)$/.exec(received.path) ?? [];
        if (method !== 'POST' || action === undefined) throw new Refusal(404, `UnknownOperation: ${received.path}`);
        if (!/^[\w.%-]+$/.test(model)) throw new Refusal(400, 'The provided model identifier is invalid.');
        checkConverse(received.json);
        return action === 'converse'
          ? sendJson(response, converseAnswer(received.json))
          : sendFrames(response, converseFrames(received), BEDROCK_STREAM);
      },
    });
  }

  private isAuthorized(request: IncomingMessage, body: Buffer): boolean {
    this.versions.push(request.httpVersion);
    const header = request.headers.authorization ?? '';
    if (header.startsWith('Bearer ')) return header === `Bearer ${this.bearerKey}`;
    const { scope, keyId, signed, signature } = parseAuthorization(header);
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(request.headers)) headers[name] = String(value);
    headers['host'] ??= headers[':authority'] ?? '';
    const age = Math.abs(Date.now() - Date.parse(isoOf(headers['x-amz-date'] ?? '')));
    const sent = { method: request.method ?? '', path: request.url ?? '', headers, body };
    const expected = expectedSignature(sent, signed, {
      secret: this.accessKey.secretAccessKey,
      region: REGION,
      service: 'bedrock',
    });
    return (
      keyId === this.accessKey.accessKeyId &&
      scope.endsWith(`/${REGION}/bedrock/aws4_request`) &&
      age < 300_000 &&
      signed.includes('host') &&
      signature === expected
    );
  }
}

/** Of `20260130T120000Z`. */
function isoOf(date: string): string {
  return date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
}

function checkConverse(json: Json): void {
  const invalid = (message: string): Refusal => new Refusal(400, message);
  const unknown = unknownName(json, PARAMETERS);
  if (unknown !== undefined) throw invalid(`Malformed input request: extraneous key [${unknown}] is not permitted`);
  const messages = listOf(json['messages']) as readonly Message[];
  if (messages.length === 0) throw invalid('A conversation must start with a user message.');
  for (const [i, { role, content }] of messages.entries()) {
    if (role !== 'user' && role !== 'assistant') throw invalid(`invalid role ${role}`);
    if (messages[i - 1]?.role === role)
      throw invalid('A conversation must alternate between user and assistant roles.');
    if (content.length === 0) throw invalid(`The content field in messages.${i} is empty.`);
    for (const block of content) {
      const other = unknownName(block, BLOCKS);
      if (other !== undefined || Object.keys(block).length !== 1) throw invalid(`messages.${i}: not one block`);
      if (block['text'] === '') throw invalid(`messages.${i}: The text field is blank.`);
    }
    const asked = (messages[i - 1]?.content ?? []).flatMap((block) => idOf(block['toolUse']));
    const answered = content.flatMap((block) => idOf(block['toolResult']));
    if (role === 'user' && [...asked].sort().join() !== [...answered].sort().join())
      throw invalid('Expected toolResult blocks for the toolUse blocks of the turn before.');
  }
  if (messages[0]?.role !== 'user') throw invalid('A conversation must start with a user message.');
  const config = unknownName((json['inferenceConfig'] ?? {}) as Json, [
    'maxTokens',
    'temperature',
    'topP',
    'stopSequences',
  ]);
  if (config !== undefined) throw invalid(`extraneous key [inferenceConfig.${config}]`);
  const usesTools = JSON.stringify(messages).includes('"toolUse"');
  if (usesTools && json['toolConfig'] === undefined) throw invalid('The toolConfig field must be defined.');
}

function idOf(block: unknown): readonly string[] {
  return block === undefined ? [] : [String((block as Json)['toolUseId'])];
}

let calls = 0;

function blocksOf(json: Json): readonly Json[] {
  const messages = json['messages'] as readonly Message[];
  const turn = messages.at(-1)?.content ?? [];
  const toolConfig = json['toolConfig'] as { tools?: readonly { toolSpec?: { name: string } }[] } | undefined;
  const said = say({
    text: turn.flatMap((block) => (typeof block['text'] === 'string' ? [block['text']] : [])).join(' '),
    results: turn.flatMap((block) => {
      const content = (block['toolResult'] as { content?: readonly Json[] } | undefined)?.content;
      return content === undefined
        ? []
        : [content.map(({ text, json: value }) => (typeof text === 'string' ? text : JSON.stringify(value))).join('')];
    }),
    tools: (toolConfig?.tools ?? []).flatMap(({ toolSpec }) => (toolSpec === undefined ? [] : [toolSpec.name])),
    mayCall: true,
    images: turn.filter((block) => block['image'] !== undefined).length,
  });
  const uses = said.calls.map(({ name, input }) => ({ toolUse: { toolUseId: `tooluse_${++calls}`, name, input } }));
  return [{ text: said.text }, ...uses];
}

function stopOf(blocks: readonly Json[]): string {
  return blocks.some((block) => block['toolUse'] !== undefined) ? 'tool_use' : 'end_turn';
}

function converseAnswer(json: Json): Json {
  const content = blocksOf(json);
  return {
    output: { message: { role: 'assistant', content } },
    stopReason: stopOf(content),
    usage: BEDROCK_USAGE,
    metrics: { latencyMs: 12 },
  };
}

/** An answer in frames as the real one streams it; the usage stands behind the end of the message. */
export function converseFrames({ json }: ReceivedRequest): readonly Buffer[] {
  const content = blocksOf(json);
  return [
    converseEvent('messageStart', { role: 'assistant' }),
    ...content.flatMap((block, contentBlockIndex) => {
      const use = block['toolUse'] as { toolUseId: string; name: string; input: unknown } | undefined;
      const start = use && { toolUse: { toolUseId: use.toolUseId, name: use.name } };
      const deltas =
        use === undefined
          ? pieces(String(block['text'])).map((text) => ({ text }))
          : pieces(JSON.stringify(use.input)).map((input) => ({ toolUse: { input } }));
      return [
        ...(start === undefined ? [] : [converseEvent('contentBlockStart', { contentBlockIndex, start })]),
        ...deltas.map((delta) => converseEvent('contentBlockDelta', { contentBlockIndex, delta })),
        converseEvent('contentBlockStop', { contentBlockIndex }),
      ];
    }),
    converseEvent('messageStop', { stopReason: stopOf(content) }),
    converseEvent('metadata', { usage: BEDROCK_USAGE, metrics: { latencyMs: 12 } }),
  ];
}
