import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { Conversation } from '../../conversation.js';
import { refusalOf } from '../../inexpressible.js';
import { anthropicTargetModel } from '../../providers/anthropic/target-model.js';
import { googleTargetModel } from '../../providers/google-gemini/target-model.js';
import { openaiTargetModel } from '../../providers/openai/target-model.js';
import { isRequestProblem, type RequestProblem } from '../../request-problem.js';
import { anthropicMessages } from '../anthropic-messages/anthropic-messages.js';
import { openaiChat } from '../openai-chat/openai-chat.js';
import { googleGenerate } from './google-generate.js';

const google = googleGenerate;
const ADDRESS = { model: 'gemini-3-pro', stream: true };
const FLASH = googleTargetModel('gemini-2.5-flash', 65_536);
const PRO = googleTargetModel('gemini-3-pro-preview', 65_536);
const GPT = openaiTargetModel('gpt-4.1', 32_000);
const SONNET = anthropicTargetModel('claude-sonnet-4-5', 64_000);

function parsed(result: Conversation | RequestProblem): Conversation {
  if (isRequestProblem(result)) throw new Error(`${result.param ?? ''}: ${result.message}`);
  return result;
}

const asked = (body: object): Conversation => parsed(google.parseRequest(body, ADDRESS));
const fromChat = (body: object): Conversation => parsed(openaiChat.parseRequest({ model: 'm', ...body }));
const fromMessages = (body: object): Conversation =>
  parsed(anthropicMessages.parseRequest({ model: 'm', max_tokens: 4096, ...body }));
const USER = { role: 'user', content: 'hi' };
const CONTENTS = [{ role: 'user', parts: [{ text: 'hi' }] }];
const CALL = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } };

describe('requests of Google’s clients', () => {
  test('everything that has a name elsewhere', () => {
    const conversation = asked({
      system_instruction: { parts: { text: 'Be brief.' } },
      contents: [
        { role: 'user', parts: [{ text: 'look' }, { inline_data: { mime_type: 'image/png', data: 'AAAA' } }] },
        {
          role: 'model',
          parts: [
            { functionCall: { name: 'f', args: { a: 1 } }, thoughtSignature: 'SIG' },
            { functionCall: { name: 'f', args: {} } },
          ],
        },
        {
          role: 'function',
          parts: [
            { functionResponse: { name: 'f', response: { output: 'one' } } },
            { functionResponse: { name: 'f', response: { b: 2 } } },
          ],
        },
      ],
      tools: [
        {
          function_declarations: [
            {
              name: 'f',
              description: 'd',
              parameters: { type: 'OBJECT', properties: { a: { type: 'STRING', nullable: true, minLength: '1' } } },
            },
          ],
        },
        { googleSearch: {} },
      ],
      tool_config: { function_calling_config: { mode: 'any', allowed_function_names: ['f'] } },
      generationConfig: {
        temperature: 0.5,
        topP: 0.9,
        topK: 40,
        candidateCount: 2,
        maxOutputTokens: 100,
        stopSequences: ['X'],
        seed: 7,
        presencePenalty: 0.1,
        frequencyPenalty: 0.2,
        responseLogprobs: true,
        logprobs: 3,
        responseModalities: ['Text', 'IMAGE'],
        responseMimeType: 'application/json',
        responseSchema: { type: 'ARRAY', items: { type: 'INTEGER' } },
        thinkingConfig: { thinkingBudget: 2048, includeThoughts: true },
        mediaResolution: 'MEDIA_RESOLUTION_LOW',
      },
      safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
      serviceTier: 'standard',
    });
    expect(conversation).toMatchObject({
      dialect: 'google-generate',
      model: 'gemini-3-pro',
      stream: true,
      includeUsage: true,
      toolChoice: { kind: 'tool', name: 'f' },
      choices: 2,
      maxOutputTokens: 100,
      stop: ['X'],
      topLogprobs: 3,
      sampling: { temperature: 0.5, topP: 0.9, topK: 40, seed: 7, presencePenalty: 0.1, frequencyPenalty: 0.2 },
      outputModalities: ['text', 'image'],
      serviceTier: 'default',
      responseFormat: { kind: 'json-schema', schema: { type: 'array', items: { type: 'integer' } } },
      reasoning: { effort: null, thinking: { kind: 'budget', tokens: 2048, display: 'summarized' } },
    });
    expect(conversation.extensions).toEqual({
      'generationConfig.mediaResolution': 'MEDIA_RESOLUTION_LOW',
      safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
    });
    expect(conversation.tools[0]?.parameters).toEqual({
      type: 'object',
      properties: { a: { type: ['string', 'null'], minLength: 1 } },
    });
    expect(conversation.tools[1]).toMatchObject({ name: 'googleSearch', definedBy: 'google-generate' });
    const [, user, model, results] = conversation.messages;
    expect(user?.parts[1]).toMatchObject({ kind: 'image', url: 'data:image/png;base64,AAAA' });
    const calls = model?.parts.map((part) => (part.kind === 'tool-call' ? part.id : ''));
    expect(results?.parts).toMatchObject([
      { kind: 'tool-result', toolCallId: calls?.[0], content: [{ text: 'one' }] },
      { kind: 'tool-result', toolCallId: calls?.[1], content: [{ text: '{"b":2}' }] },
    ]);
  });

  test('the same words again for Google itself, with every proof where it was', () => {
    const body = {
      contents: [
        { role: 'user', parts: [{ text: 'hi' }] },
        {
          role: 'model',
          parts: [
            { text: 'hm', thought: true },
            { text: 'So:', thoughtSignature: 'A' },
            { functionCall: { id: '1', name: 'f', args: { a: 1 } }, thoughtSignature: 'B' },
            { functionCall: { id: '2', name: 'g', args: {} } },
            { executableCode: { language: 'PYTHON', code: '1' }, thoughtSignature: 'C' },
          ],
        },
        {
          role: 'user',
          parts: [
            { functionResponse: { id: '1', name: 'f', response: { output: 'x' } } },
            {
              functionResponse: {
                id: '2',
                name: 'g',
                response: { y: 1 },
                parts: [{ inlineData: { mimeType: 'image/png', data: 'AAAA' } }],
              },
            },
          ],
        },
        { role: 'model', parts: [{ text: '', thoughtSignature: 'D' }] },
        {
          role: 'user',
          parts: [{ fileData: { mimeType: 'video/mp4', fileUri: 'https://example.com/v' }, videoMetadata: { fps: 2 } }],
        },
      ],
      systemInstruction: { parts: [{ text: 'S' }] },
      tools: [
        { functionDeclarations: [{ name: 'f', parametersJsonSchema: { type: 'object' }, behavior: 'BLOCKING' }] },
        { codeExecution: {} },
      ],
      toolConfig: { retrievalConfig: { languageCode: 'de' }, functionCallingConfig: { mode: 'VALIDATED' } },
      generationConfig: {
        topP: 0.5,
        speechConfig: { languageCode: 'de' },
        thinkingConfig: { thinkingLevel: 'LOW', includeThoughts: false },
        responseMimeType: 'text/plain',
      },
      labels: { a: 'b' },
      serviceTier: 'flex',
    };
    expect(google.buildRequest(asked(body), PRO)).toEqual({ body, inexpressible: [] });
  });

  test.each([
    [{}, 'contents'],
    [{ contents: [] }, 'contents'],
    [{ contents: [{ role: 'system', parts: [{ text: 'x' }] }] }, 'contents[0].role'],
    [{ contents: [{ parts: [] }] }, 'contents[0].parts'],
    [{ contents: [{ parts: [{}] }] }, 'contents[0].parts[0]'],
    [{ contents: [{ parts: [{ text: 1 }] }] }, 'contents[0].parts[0].text'],
    [{ contents: [{ parts: [{ inlineData: { data: 'x' } }] }] }, 'contents[0].parts[0].inlineData.mimeType'],
    [{ contents: [{ parts: [{ functionCall: { args: {} } }] }] }, 'contents[0].parts[0].functionCall.name'],
    [{ contents: [{ parts: [{ fileData: { fileUri: 'gs://b/c' } }] }] }, 'contents[0].parts[0].fileData.fileUri'],
    [{ contents: CONTENTS, generationConfig: { temperature: 'x' } }, 'generationConfig.temperature'],
    [{ contents: CONTENTS, generationConfig: { topP: 1, top_p: 2 } }, 'generationConfig.topP'],
    [
      { contents: CONTENTS, generationConfig: { thinkingConfig: { thinkingLevel: 'HUGE' } } },
      'generationConfig.thinkingConfig.thinkingLevel',
    ],
    [
      { contents: CONTENTS, toolConfig: { functionCallingConfig: { mode: 'X' } } },
      'toolConfig.functionCallingConfig.mode',
    ],
    [{ contents: CONTENTS, tools: [{ functionDeclarations: [{}] }] }, 'tools[0].functionDeclarations[0].name'],
    [{ contents: CONTENTS, tools: [{ fileSearch: {} }] }, 'tools[0].fileSearch'],
    [{ contents: CONTENTS, cachedContent: 'cachedContents/1' }, 'cachedContent'],
    [{ contents: CONTENTS, system_instruction: { parts: [] }, systemInstruction: { parts: [] } }, 'systemInstruction'],
  ])('%j: the fault is at %s', (body, param) => {
    expect(google.parseRequest(body, ADDRESS)).toMatchObject({ param });
  });

  test('tokens are counted of contents alone, or of a whole request', () => {
    const counting = google.tokenCounting;
    expect(counting?.parseRequest({ contents: CONTENTS }, ADDRESS)).toMatchObject({ model: 'gemini-3-pro' });
    const generateContentRequest = {
      model: 'models/gemini-3-pro',
      contents: CONTENTS,
      systemInstruction: { parts: [{ text: 's' }] },
    };
    const whole = counting?.parseRequest({ generateContentRequest }) as Conversation;
    expect(whole).toMatchObject({ model: 'gemini-3-pro' });
    expect(whole.messages).toHaveLength(2);
    expect(counting?.writeResponse(7)).toEqual({ totalTokens: 7 });
  });

  test('whatever comes is read or refused', () => {
    const names = fc.constantFrom(
      'contents',
      'parts',
      'text',
      'role',
      'tools',
      'functionCall',
      'functionResponse',
      'name',
      'inlineData',
      'fileData',
      'fileUri',
      'generationConfig',
      'thinkingConfig',
      'systemInstruction',
      'toolConfig',
      '__proto__',
      'system_instruction',
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 6 },
        fc.constantFrom(null, 'user', 'model', '', 1, -1, true),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(names, tie('value'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(value, (body) => {
        const before = JSON.stringify(body);
        for (const wrapped of [
          body,
          { contents: body },
          { contents: [{ parts: body }] },
          { contents: CONTENTS, tools: body, generationConfig: body },
        ]) {
          const result = google.parseRequest(wrapped, ADDRESS);
          if (isRequestProblem(result)) continue;
          for (const [dialect, target] of [
            [google, PRO],
            [openaiChat, GPT],
            [anthropicMessages, SONNET],
          ] as const)
            dialect.buildRequest(result, target);
        }
        expect(JSON.stringify(body)).toBe(before);
      }),
      { numRuns: 1000 },
    );
  });
});

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
    expect(turn(PRO)).toEqual([{ ...call('t1'), thoughtSignature: 'skip_thought_signature_validator' }, call('t2')]);
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

describe('requests of Google’s clients for others', () => {
  const body = {
    systemInstruction: { parts: [{ text: 'S' }] },
    contents: [
      ...CONTENTS,
      { role: 'model', parts: [{ functionCall: { name: 'f', args: { a: 1 } }, thoughtSignature: 'SIG' }] },
      { role: 'user', parts: [{ functionResponse: { name: 'f', response: { output: 'x' } } }] },
    ],
    tools: [
      { functionDeclarations: [{ name: 'f', parameters: { type: 'OBJECT', properties: { a: { type: 'INTEGER' } } } }] },
    ],
    generationConfig: { maxOutputTokens: 50, stopSequences: ['X'], thinkingConfig: { thinkingLevel: 'LOW' } },
    safetySettings: [],
  };

  test('of OpenAI', () => {
    const built = openaiChat.buildRequest(asked(body), openaiTargetModel('gpt-5', null));
    expect(refusalOf(built.inexpressible, 'drop')).toBeNull();
    expect(built.body).toMatchObject({
      messages: [
        { role: 'system', content: 'S' },
        USER,
        { tool_calls: [{ function: { name: 'f', arguments: '{"a":1}' } }] },
        { role: 'tool', content: 'x' },
      ],
      tools: [{ function: { parameters: { type: 'object', properties: { a: { type: 'integer' } } } } }],
      reasoning_effort: 'low',
      max_completion_tokens: 50,
    });
    expect(JSON.stringify(built.body)).not.toContain('SIG');
  });

  test('of Anthropic', () => {
    const built = anthropicMessages.buildRequest(asked(body), SONNET);
    expect(refusalOf(built.inexpressible, 'refuse')).toBeNull();
    expect(built.body).toMatchObject({ system: 'S', max_tokens: 50, stop_sequences: ['X'], stream: true });
    expect(JSON.stringify(built.body)).not.toContain('SIG');
  });

  test('what they cannot say is told by its path', () => {
    const conversation = asked({
      contents: CONTENTS,
      tools: [{ googleSearch: {} }],
      generationConfig: { speechConfig: {} },
    });
    const params = openaiChat.buildRequest(conversation, GPT).inexpressible.map(({ param }) => param);
    expect(params).toEqual(expect.arrayContaining(['tools[0]', 'generationConfig.speechConfig']));
  });
});

describe('what both dialects can say crosses unchanged', () => {
  const word = fc.string({ minLength: 1, maxLength: 12 }).map((text) => `w${text}w`);
  const rounds = fc.array(
    fc.tuple(
      word,
      fc.option(fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.oneof(word, fc.integer()), { maxKeys: 3 })),
      word,
    ),
    { maxLength: 4 },
  );
  const request = fc
    .record({ system: fc.option(word), rounds, last: word, stop: fc.array(word, { maxLength: 4 }) })
    .map(({ system, rounds: said, last, stop }) => ({
      model: 'm',
      messages: [
        ...(system === null ? [] : [{ role: 'system', content: system }]),
        ...said.flatMap(([user, args, text], i) => [
          { role: 'user', content: user },
          ...(args === null
            ? []
            : [
                {
                  role: 'assistant',
                  content: null,
                  tool_calls: [
                    { id: `c${i}`, type: 'function', function: { name: 'f', arguments: JSON.stringify(args) } },
                  ],
                },
                { role: 'tool', tool_call_id: `c${i}`, content: text },
              ]),
          { role: 'assistant', content: text },
        ]),
        { role: 'user', content: last },
      ],
      ...(stop.length > 0 && { stop }),
    }));

  test('from OpenAI to Google and back, and through Google’s own wire', () => {
    fc.assert(
      fc.property(request, (body) => {
        const there = google.buildRequest(parsed(openaiChat.parseRequest(body)), FLASH);
        expect(there.inexpressible).toEqual([]);
        const conversation = parsed(google.parseRequest(there.body, { model: 'm', stream: false }));
        expect(openaiChat.buildRequest(conversation, GPT)).toEqual({ body, inexpressible: [] });
        expect(google.buildRequest(conversation, FLASH).body).toEqual(there.body);
      }),
      { numRuns: 300 },
    );
  });
});
