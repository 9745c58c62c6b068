import { describe, expect, test } from '@jest/globals';

import type { Conversation } from '../../conversation.js';
import { refusalOf } from '../../inexpressible.js';
import { googleTargetModel } from '../../providers/google-gemini/target-model.js';
import { isRequestProblem, type RequestProblem } from '../../request-problem.js';
import { anthropicMessages } from '../anthropic-messages/anthropic-messages.js';
import { openaiChat } from '../openai-chat/openai-chat.js';
import { googleGenerate } from './google-generate.js';

const google = googleGenerate;
const FLASH = googleTargetModel('gemini-2.5-flash', 65_536);
const PRO = googleTargetModel('gemini-3-pro-preview', 65_536);

function parsed(result: Conversation | RequestProblem): Conversation {
  if (isRequestProblem(result)) throw new Error(`${result.param ?? ''}: ${result.message}`);
  return result;
}

const fromChat = (body: object): Conversation => parsed(openaiChat.parseRequest({ model: 'm', ...body }));
const fromMessages = (body: object): Conversation =>
  parsed(anthropicMessages.parseRequest({ model: 'm', max_tokens: 4096, ...body }));
const USER = { role: 'user', content: 'hi' };
const CALL = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } };

describe('requests of others for Google', () => {
  test('of OpenAI’s clients', () => {
    const { body, inexpressible } = google.buildRequest(
      fromChat({
        messages: [
          { role: 'system', content: 'Be brief.' },
          {
            role: 'user',
            content: [
              { type: 'text', text: 'look' },
              { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
              { type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } },
            ],
          },
          { role: 'user', content: 'and this' },
          { role: 'assistant', content: 'I see', tool_calls: [CALL, { ...CALL, id: 'call_2' }] },
          { role: 'tool', tool_call_id: 'call_1', content: '{"x":1}' },
          { role: 'tool', tool_call_id: 'call_2', content: 'plain' },
        ],
        tools: [
          {
            type: 'function',
            function: {
              name: 'f',
              description: 'd',
              parameters: { type: 'object', properties: { a: { type: 'integer' } } },
            },
          },
          { type: 'function', function: { name: 'g' } },
        ],
        tool_choice: 'required',
        max_tokens: 99_999_999,
        temperature: 0.1,
        stop: ['a', 'b'],
        n: 2,
        seed: 3,
        logprobs: true,
        top_logprobs: 2,
        reasoning_effort: 'low',
        service_tier: 'flex',
        stream: true,
        user: 'u',
      }),
      FLASH,
    );
    expect(refusalOf(inexpressible, 'refuse')).toBeNull();
    expect(inexpressible.map(({ param }) => param)).toEqual(['user']);
    expect(body).toEqual({
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      contents: [
        {
          role: 'user',
          parts: [
            { text: 'look' },
            { fileData: { mimeType: 'image/png', fileUri: 'https://example.com/a.png' } },
            { inlineData: { mimeType: 'audio/mpeg', data: 'AAAA' } },
            { text: 'and this' },
          ],
        },
        {
          role: 'model',
          parts: [
            { text: 'I see' },
            { functionCall: { id: 'call_1', name: 'f', args: { a: 1 } } },
            { functionCall: { id: 'call_2', name: 'f', args: { a: 1 } } },
          ],
        },
        {
          role: 'user',
          parts: [
            { functionResponse: { id: 'call_1', name: 'f', response: { x: 1 } } },
            { functionResponse: { id: 'call_2', name: 'f', response: { output: 'plain' } } },
          ],
        },
      ],
      tools: [
        {
          functionDeclarations: [
            {
              name: 'f',
              description: 'd',
              parametersJsonSchema: { type: 'object', properties: { a: { type: 'integer' } } },
            },
            { name: 'g' },
          ],
        },
      ],
      toolConfig: { functionCallingConfig: { mode: 'ANY' } },
      generationConfig: {
        temperature: 0.1,
        maxOutputTokens: 65_536,
        stopSequences: ['a', 'b'],
        candidateCount: 2,
        seed: 3,
        responseLogprobs: true,
        logprobs: 2,
        thinkingConfig: { thinkingBudget: 2048, includeThoughts: true },
      },
      serviceTier: 'flex',
    });
  });

  test('of Anthropic’s clients: failed tools, pictures of results, files', () => {
    const pdf = {
      type: 'document',
      title: 'a.pdf',
      source: { type: 'base64', media_type: 'application/pdf', data: 'AAAA' },
    };
    const png = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'BBBB' } };
    const { body } = google.buildRequest(
      fromMessages({
        messages: [
          { role: 'user', content: [pdf, { type: 'text', text: 'read' }] },
          {
            role: 'assistant',
            content: [
              { type: 'thinking', thinking: 'hm', signature: 'ant' },
              { type: 'tool_use', id: 't1', name: 'f', input: {} },
            ],
          },
          {
            role: 'user',
            content: [
              { type: 'tool_result', tool_use_id: 't1', is_error: true, content: [{ type: 'text', text: 'bad' }, png] },
            ],
          },
        ],
        thinking: { type: 'disabled' },
      }),
      FLASH,
    );
    expect(body['contents']).toMatchObject([
      { parts: [{ inlineData: { mimeType: 'application/pdf', data: 'AAAA' } }, { text: 'read' }] },
      { parts: expect.arrayContaining([{ functionCall: { id: 't1', name: 'f', args: {} } }]) },
      {
        parts: [
          { functionResponse: { name: 'f', response: { error: 'bad' } } },
          { text: 'What the tool call t1 returned:' },
          { inlineData: { data: 'BBBB' } },
        ],
      },
    ]);
    expect(body['generationConfig']).toMatchObject({ thinkingConfig: { thinkingBudget: 0 } });
  });

  test('thoughts of another provider stay away, and its calls are let through', () => {
    const conversation = fromMessages({
      messages: [
        USER,
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'hm', signature: 'ant' },
            { type: 'tool_use', id: 't1', name: 'f', input: {} },
            { type: 'tool_use', id: 't2', name: 'f', input: {} },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 't1', content: 'x' },
            { type: 'tool_result', tool_use_id: 't2', content: 'y' },
          ],
        },
      ],
    });
    const stripped = {
      ...conversation,
      messages: conversation.messages.map((message) => ({
        ...message,
        parts: message.parts.filter(({ kind }) => kind !== 'reasoning'),
      })),
    };
    const turn = (target: typeof PRO): unknown =>
      (google.buildRequest(stripped, target).body['contents'] as { parts: unknown }[])[1]?.parts;
    const call = (id: string): object => ({ functionCall: { id, name: 'f', args: {} } });
    const NO_PROOF = Buffer.from('skip_thought_signature_validator').toString('base64');
    expect(turn(PRO)).toEqual([{ ...call('t1'), thoughtSignature: NO_PROOF }, call('t2')]);
    expect(turn(FLASH)).toEqual([call('t1'), call('t2')]);
  });

  test.each([
    ['gemini-2.5-flash', 'none', { thinkingBudget: 0 }],
    ['gemini-2.5-pro', 'none', { thinkingBudget: 128 }],
    ['gemini-2.5-pro', 'max', { thinkingBudget: 24_576, includeThoughts: true }],
    ['gemini-3-pro-preview', 'medium', { thinkingLevel: 'LOW', includeThoughts: true }],
    ['gemini-3-flash-preview', 'minimal', { thinkingLevel: 'MINIMAL', includeThoughts: true }],
    ['gemini-3.1-pro-preview', 'minimal', { thinkingLevel: 'LOW', includeThoughts: true }],
    ['gemini-3.8-flash', 'xhigh', { thinkingLevel: 'HIGH', includeThoughts: true }],
    ['gemini-2.0-flash', 'high', undefined],
  ])('%s thinks %s', (model, reasoning_effort, thinkingConfig) => {
    const { body } = google.buildRequest(
      fromChat({ messages: [USER], reasoning_effort }),
      googleTargetModel(model, null),
    );
    expect((body['generationConfig'] as { thinkingConfig?: unknown } | undefined)?.thinkingConfig).toEqual(
      thinkingConfig,
    );
  });

  test.each([
    [{ stop: ['1', '2', '3', '4', '5', '6'] }, 'stop'],
    [{ presence_penalty: 1 }, 'presence_penalty'],
    [{ logit_bias: { 1: 2 } }, 'logit_bias'],
    [{ n: 9 }, 'n'],
    [{ modalities: ['text', 'audio'], audio: { voice: 'alloy' } }, 'audio'],
    [{ messages: [USER, { role: 'assistant', content: 'x' }] }, 'messages[1]'],
    [
      { messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: 'file-1' } }] }] },
      'messages[0].content[0]',
    ],
    [{ tools: [{ type: 'custom', custom: { name: 'c' } }] }, 'tools[0]'],
    [{ tools: [{ type: 'function', function: { name: 'f' } }], parallel_tool_calls: false }, 'parallel_tool_calls'],
    [
      { tools: [{ type: 'function', function: { name: 'f' } }], response_format: { type: 'json_object' } },
      'response_format',
    ],
  ])('%j cannot be said', (more, param) => {
    const { inexpressible } = google.buildRequest(fromChat({ messages: [USER], ...more }), FLASH);
    expect(refusalOf(inexpressible, 'refuse')?.param).toBe(param);
  });

  test('structured output, beside tools where the model can', () => {
    const schema = { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false };
    const body = {
      messages: [USER],
      response_format: { type: 'json_schema', json_schema: { name: 'n', schema, strict: true } },
    };
    const format = { responseMimeType: 'application/json', responseJsonSchema: schema };
    expect(google.buildRequest(fromChat(body), FLASH).body['generationConfig']).toEqual(format);
    const tools = [{ type: 'function', function: { name: 'f' } }];
    expect(google.buildRequest(fromChat({ ...body, tools }), PRO).body['generationConfig']).toEqual(format);
  });
});
