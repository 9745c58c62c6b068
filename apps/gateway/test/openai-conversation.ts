import { FAKE_USAGE, type ReceivedRequest, type Script } from './fake-openai.js';
import { openAiProblem } from './openai-rules.js';
import { pieces, type Said, say } from './stand-in-model.js';

type Json = Readonly<Record<string, unknown>>;

/** What was wrong with requests, as their sender was told. */
export const openAiRefusals: string[] = [];

/** Answers as the stand-in's model does, after a look at the conversation as strict as the real one's. */
export const converse: Script = (request, response) => {
  const problem = openAiProblem(request.json);
  if (problem !== null) {
    openAiRefusals.push(problem);
    const error = { message: problem, type: 'invalid_request_error', param: null, code: null };
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error }));
    return;
  }
  const said = say(askedOf(request.json));
  const calls = said.calls.map(({ name, input }) => ({
    id: `call_${++count}`,
    type: 'function',
    function: { name, arguments: JSON.stringify(input) },
  }));
  if (request.json['stream'] === true) {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    for (const frame of frames(request, said, calls)) response.write(frame);
    response.end();
    return;
  }
  response.writeHead(200, { 'content-type': 'application/json' });
  const message = {
    role: 'assistant',
    content: said.text,
    refusal: null,
    ...(calls.length > 0 && { tool_calls: calls }),
  };
  const choice = { index: 0, message, logprobs: null, finish_reason: calls.length > 0 ? 'tool_calls' : 'stop' };
  response.end(JSON.stringify({ ...head(request, 'chat.completion'), choices: [choice], usage: FAKE_USAGE }));
};

let count = 0;

function askedOf(json: Json): Parameters<typeof say>[0] {
  const messages = json['messages'] as readonly Json[];
  const lastAssistant = messages.findLastIndex(({ role }) => role === 'assistant');
  const turn = messages.slice(lastAssistant + 1);
  return {
    text: turn
      .flatMap((message) => (message['role'] === 'user' ? [textOf(message['content'])] : []))
      .join(' ')
      .trim(),
    results: turn.flatMap((message) => (message['role'] === 'tool' ? [textOf(message['content'])] : [])),
    tools: ((json['tools'] ?? []) as readonly { function: { name: string } }[]).map((tool) => tool.function.name),
    mayCall: json['tool_choice'] !== 'none',
    images: JSON.stringify(turn).split('"type":"image_url"').length - 1,
  };
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return (content as readonly Json[]).map((part) => (typeof part['text'] === 'string' ? part['text'] : '')).join('');
}

function head({ json }: ReceivedRequest, object: string): Json {
  return { id: 'chatcmpl-fake', object, created: 1_700_000_000, model: json['model'], service_tier: 'default' };
}

function frames(request: ReceivedRequest, said: Said, calls: readonly Json[]): string[] {
  const frame = (fields: Json): string =>
    `data: ${JSON.stringify({ ...head(request, 'chat.completion.chunk'), ...fields })}\n\n`;
  const delta = (fields: Json, finish: string | null = null): string =>
    frame({ choices: [{ index: 0, delta: fields, logprobs: null, finish_reason: finish }] });
  const called = calls.flatMap((call, index) => {
    const { name, arguments: input } = call['function'] as { name: string; arguments: string };
    return [
      delta({ tool_calls: [{ index, id: call['id'], type: 'function', function: { name, arguments: '' } }] }),
      ...pieces(input).map((piece) => delta({ tool_calls: [{ index, function: { arguments: piece } }] })),
    ];
  });
  const options = request.json['stream_options'] as { include_usage?: boolean } | undefined;
  return [
    delta({ role: 'assistant', content: '', refusal: null }),
    ...pieces(said.text).map((content) => delta({ content })),
    ...called,
    delta({}, calls.length > 0 ? 'tool_calls' : 'stop'),
    ...(options?.include_usage === true ? [frame({ choices: [], usage: FAKE_USAGE })] : []),
    'data: [DONE]\n\n',
  ];
}
