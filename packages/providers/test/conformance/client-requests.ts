import type { ClientDialectId } from '../../src/dialect-id.js';

type Wire = Record<string, unknown>;

/** What must be found again in what a provider is sent. */
const NEEDLES = {
  text: 'Needle of the text',
  tool: 'needle_tool',
  result: 'needle of the result',
  property: 'needle_property',
  picture: 'iVBORw0KGgoNeedlePicture',
  sound: 'UklGRgNeedleSound',
  document: 'JVBERi0NeedleDocument',
} as const;

export type Asked =
  'text' | 'tools' | 'tool results' | 'structured output' | 'images in' | 'audio in' | 'PDF in' | 'reasoning asked';

const SCHEMA = {
  type: 'object',
  properties: { [NEEDLES.property]: { type: 'string' } },
  required: [NEEDLES.property],
  additionalProperties: false,
};
const CALL_ID = 'call_needle1';
const ARGUMENTS = { [NEEDLES.property]: 'x' };
const url = (type: string, data: string): string => `data:${type};base64,${data}`;

/** A request of a client of the dialect that asks for the feature; `null` where the dialect has no words for it. */
export function clientRequest(dialect: ClientDialectId, asked: Asked): Wire | null {
  return WRITERS[dialect](asked);
}

const WRITERS: Readonly<Record<ClientDialectId, (asked: Asked) => Wire | null>> = {
  'openai-chat': chatRequest,
  'openai-responses': responsesRequest,
  'openai-completions': (asked) => (asked === 'text' ? { model: 'm', prompt: NEEDLES.text, max_tokens: 500 } : null),
  'anthropic-messages': messagesRequest,
  'google-generate': googleRequest,
};

function chatRequest(asked: Asked): Wire {
  const tool = { type: 'function', function: { name: NEEDLES.tool, description: 'A tool', parameters: SCHEMA } };
  const say = (...more: Wire[]): Wire => ({
    model: 'm',
    max_completion_tokens: 8_000,
    messages: [{ role: 'user', content: [{ type: 'text', text: NEEDLES.text }, ...more] }],
  });
  switch (asked) {
    case 'text':
      return say();
    case 'tools':
      return { ...say(), tools: [tool] };
    case 'tool results': {
      const calls = [
        { id: CALL_ID, type: 'function', function: { name: NEEDLES.tool, arguments: JSON.stringify(ARGUMENTS) } },
      ];
      const turn = [
        { role: 'assistant', content: null, tool_calls: calls },
        { role: 'tool', tool_call_id: CALL_ID, content: NEEDLES.result },
      ];
      return { ...say(), messages: [{ role: 'user', content: NEEDLES.text }, ...turn], tools: [tool] };
    }
    case 'structured output':
      return {
        ...say(),
        response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: SCHEMA, strict: true } },
      };
    case 'images in':
      return say({ type: 'image_url', image_url: { url: url('image/png', NEEDLES.picture) } });
    case 'audio in':
      return say({ type: 'input_audio', input_audio: { data: NEEDLES.sound, format: 'wav' } });
    case 'PDF in':
      return say({ type: 'file', file: { filename: 'a.pdf', file_data: url('application/pdf', NEEDLES.document) } });
    case 'reasoning asked':
      return { ...say(), reasoning_effort: 'high' };
  }
}

function responsesRequest(asked: Asked): Wire | null {
  const tool = { type: 'function', name: NEEDLES.tool, description: 'A tool', parameters: SCHEMA, strict: false };
  const say = (...more: Wire[]): Wire => ({
    model: 'm',
    store: false,
    max_output_tokens: 8_000,
    input: [{ role: 'user', content: [{ type: 'input_text', text: NEEDLES.text }, ...more] }],
  });
  switch (asked) {
    case 'text':
      return say();
    case 'tools':
      return { ...say(), tools: [tool] };
    case 'tool results': {
      const call = {
        type: 'function_call',
        call_id: CALL_ID,
        name: NEEDLES.tool,
        arguments: JSON.stringify(ARGUMENTS),
      };
      const output = { type: 'function_call_output', call_id: CALL_ID, output: NEEDLES.result };
      return { ...say(), input: [{ role: 'user', content: NEEDLES.text }, call, output], tools: [tool] };
    }
    case 'structured output':
      return { ...say(), text: { format: { type: 'json_schema', name: 'answer', schema: SCHEMA, strict: true } } };
    case 'images in':
      return say({ type: 'input_image', image_url: url('image/png', NEEDLES.picture), detail: 'auto' });
    case 'audio in':
      return null;
    case 'PDF in':
      return say({ type: 'input_file', filename: 'a.pdf', file_data: url('application/pdf', NEEDLES.document) });
    case 'reasoning asked':
      return { ...say(), reasoning: { effort: 'high' } };
  }
}

function messagesRequest(asked: Asked): Wire | null {
  const tools = [{ name: NEEDLES.tool, description: 'A tool', input_schema: SCHEMA }];
  const source = (type: string, data: string): Wire => ({ type: 'base64', media_type: type, data });
  const say = (...more: Wire[]): Wire => ({
    model: 'm',
    max_tokens: 8_000,
    messages: [{ role: 'user', content: [{ type: 'text', text: NEEDLES.text }, ...more] }],
  });
  switch (asked) {
    case 'text':
      return say();
    case 'tools':
      return { ...say(), tools };
    case 'tool results': {
      const use = { type: 'tool_use', id: CALL_ID, name: NEEDLES.tool, input: ARGUMENTS };
      const result = { type: 'tool_result', tool_use_id: CALL_ID, content: NEEDLES.result };
      const turns = [
        { role: 'assistant', content: [use] },
        { role: 'user', content: [result] },
      ];
      return { ...say(), messages: [{ role: 'user', content: NEEDLES.text }, ...turns], tools };
    }
    case 'structured output':
      return { ...say(), output_config: { format: { type: 'json_schema', schema: SCHEMA } } };
    case 'images in':
      return say({ type: 'image', source: source('image/png', NEEDLES.picture) });
    case 'audio in':
      return null;
    case 'PDF in':
      return say({ type: 'document', source: source('application/pdf', NEEDLES.document) });
    case 'reasoning asked':
      return { ...say(), thinking: { type: 'enabled', budget_tokens: 4_000 } };
  }
}

function googleRequest(asked: Asked): Wire {
  const tools = [
    { functionDeclarations: [{ name: NEEDLES.tool, description: 'A tool', parametersJsonSchema: SCHEMA }] },
  ];
  const inline = (mimeType: string, data: string): Wire => ({ inlineData: { mimeType, data } });
  const say = (config: Wire, ...more: Wire[]): Wire => ({
    contents: [{ role: 'user', parts: [{ text: NEEDLES.text }, ...more] }],
    generationConfig: { maxOutputTokens: 8_000, ...config },
  });
  switch (asked) {
    case 'text':
      return say({});
    case 'tools':
      return { ...say({}), tools };
    case 'tool results': {
      const call = { functionCall: { name: NEEDLES.tool, args: ARGUMENTS } };
      const result = { functionResponse: { name: NEEDLES.tool, response: { output: NEEDLES.result } } };
      const contents = [
        { role: 'user', parts: [{ text: NEEDLES.text }] },
        { role: 'model', parts: [call] },
        { role: 'user', parts: [result] },
      ];
      return { ...say({}), contents, tools };
    }
    case 'structured output':
      return say({ responseMimeType: 'application/json', responseJsonSchema: SCHEMA });
    case 'images in':
      return say({}, inline('image/png', NEEDLES.picture));
    case 'audio in':
      return say({}, inline('audio/wav', NEEDLES.sound));
    case 'PDF in':
      return say({}, inline('application/pdf', NEEDLES.document));
    case 'reasoning asked':
      return say({ thinkingConfig: { thinkingBudget: 4_000, includeThoughts: true } });
  }
}

/** What has to stand in the request to the provider, for the feature to have arrived there. */
export function needlesOf(asked: Asked): readonly string[] {
  const { text, tool, result, property, picture, sound, document } = NEEDLES;
  const found: Readonly<Record<Asked, readonly string[]>> = {
    text: [text],
    tools: [text, tool, property],
    'tool results': [text, tool, result],
    'structured output': [text, property],
    'images in': [text, picture],
    'audio in': [text, sound],
    'PDF in': [text, document],
    'reasoning asked': [text],
  };
  return found[asked];
}
