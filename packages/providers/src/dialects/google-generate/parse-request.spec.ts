import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { Conversation } from '../../conversation.js';
import { anthropicTargetModel } from '../../providers/anthropic/target-model.js';
import { googleTargetModel } from '../../providers/google-gemini/target-model.js';
import { openaiTargetModel } from '../../providers/openai/target-model.js';
import { isRequestProblem, type RequestProblem } from '../../request-problem.js';
import { anthropicMessages } from '../anthropic-messages/anthropic-messages.js';
import { openaiChat } from '../openai-chat/openai-chat.js';
import { googleGenerate } from './google-generate.js';

const google = googleGenerate;
const ADDRESS = { model: 'gemini-3-pro', stream: true };
const PRO = googleTargetModel('gemini-3-pro-preview', 65_536);
const GPT = openaiTargetModel('gpt-4.1', 32_000);
const SONNET = anthropicTargetModel('claude-sonnet-4-5', 64_000);

function parsed(result: Conversation | RequestProblem): Conversation {
  if (isRequestProblem(result)) throw new Error(`${result.param ?? ''}: ${result.message}`);
  return result;
}

const asked = (body: object): Conversation => parsed(google.parseRequest(body, ADDRESS));
const CONTENTS = [{ role: 'user', parts: [{ text: 'hi' }] }];

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
