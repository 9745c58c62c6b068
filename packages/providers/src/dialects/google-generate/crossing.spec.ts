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
const GPT = openaiTargetModel('gpt-4.1', 32_000);
const SONNET = anthropicTargetModel('claude-sonnet-4-5', 64_000);

function parsed(result: Conversation | RequestProblem): Conversation {
  if (isRequestProblem(result)) throw new Error(`${result.param ?? ''}: ${result.message}`);
  return result;
}

const asked = (body: object): Conversation => parsed(google.parseRequest(body, ADDRESS));
const USER = { role: 'user', content: 'hi' };
const CONTENTS = [{ role: 'user', parts: [{ text: 'hi' }] }];

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
