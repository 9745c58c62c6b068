import { describe, expect, test } from '@jest/globals';

import { collectCompletion } from '../src/collect-completion.js';
import type { Completion, Conversation, StreamPart } from '../src/conversation.js';
import { anthropicMessages } from '../src/dialects/anthropic-messages/anthropic-messages.js';
import { googleGenerate } from '../src/dialects/google-generate/google-generate.js';
import { openaiChat } from '../src/dialects/openai-chat/openai-chat.js';
import { googleTargetModel } from '../src/providers/google-gemini/target-model.js';
import { attachReasoning, keepFromCompletion, ReasoningCollector } from '../src/reasoning-attachment.js';
import { StreamTranslator } from '../src/translation/stream-translator.js';
import { GOOGLE_FIXTURES } from './google-fixtures.js';

const OPTIONS = { includeUsage: true, createdAt: 1_700_000_000 };
const PRO = googleTargetModel('gemini-3-pro-preview', null);
const { answer, sse } = GOOGLE_FIXTURES.find(({ name }) => name.startsWith('parallel calls')) ?? {
  answer: {},
  sse: '',
};

function read(text: string): readonly StreamPart[] {
  const reader = googleGenerate.streamReader();
  return [...reader.push(Buffer.from(text)), ...reader.end()];
}

describe('the proof of a call', () => {
  test('goes back with it, though clients of OpenAI cannot carry it', () => {
    const completion = googleGenerate.readResponse(answer) as Completion;
    const collector = new ReasoningCollector();
    for (const part of read(sse)) collector.add(part);
    const kept = keepFromCompletion(completion);
    expect(collector.kept()).toEqual(kept);
    if (kept === null) throw new Error('nothing was kept');
    const told = openaiChat.writeResponse(completion, OPTIONS) as {
      choices: { message: { tool_calls: { id: string }[] } }[];
    };
    const message = told.choices[0]?.message;
    expect(JSON.stringify(told)).not.toContain('EqQB');
    const results = (message?.tool_calls ?? []).map(({ id }) => ({ role: 'tool', tool_call_id: id, content: 'x' }));
    const messages = [{ role: 'user', content: 'hi' }, message, ...results];
    const conversation = openaiChat.parseRequest({ model: 'm', messages }) as Conversation;
    const attached = attachReasoning(conversation, new Map(kept.toolCallIds.map((id) => [id, kept])));
    const { contents } = googleGenerate.buildRequest(attached, PRO).body as { contents: { parts: object[] }[] };
    expect(contents[1]?.parts).toMatchObject([
      { functionCall: { name: 'get_weather', args: { city: 'Köln' } }, thoughtSignature: 'EqQB+/==' },
      { functionCall: { name: 'get_weather', args: { city: 'Rom' } } },
      { functionCall: { name: 'get_time' } },
    ]);
    expect(JSON.stringify(contents[1]?.parts).match(/thoughtSignature/g)).toHaveLength(1);
  });

  test('is sealed for clients of Anthropic, who carry it', () => {
    const writer = anthropicMessages.streamWriter(OPTIONS);
    const events = read(sse)
      .map((part) => writer.write(part))
      .join('');
    expect(events).not.toContain('EqQB');
    const { content } = anthropicMessages.writeResponse(googleGenerate.readResponse(answer) as Completion, OPTIONS) as {
      content: { type: string }[];
    };
    expect(content.map(({ type }) => type)).toEqual(['thinking', 'thinking', 'tool_use', 'tool_use', 'tool_use']);
  });

  test('is carried by clients of Google', () => {
    const { candidates } = googleGenerate.writeResponse(googleGenerate.readResponse(answer) as Completion, OPTIONS) as {
      candidates: { content: { parts: object[] } }[];
    };
    const said = candidates[0]?.content.parts ?? [];
    expect(said[1]).toMatchObject({ thoughtSignature: 'EqQB+/==' });
    const contents = [{ parts: [{ text: 'hi' }] }, { role: 'model', parts: said }, { parts: [{ text: 'go on' }] }];
    const conversation = googleGenerate.parseRequest({ contents }) as Conversation;
    const built = googleGenerate.buildRequest(conversation, PRO).body as { contents: { parts: object[] }[] };
    expect(built.contents[1]?.parts).toEqual(said);
  });
});

describe('streams that servers of this dialect are known to send', () => {
  const whole = JSON.stringify(answer);
  test.each([
    ['LF', `data: ${whole}\n\n`],
    ['no space', `data:${whole}\n\n`],
    ['no end', `data: ${whole}`],
    ['a comment', `: hi\n\ndata: ${whole}\n\n: bye\n\n`],
    ['a byte order mark', `\uFEFFdata: ${whole}\r\n\r\n`],
    ['a line for each field', `data: ${JSON.stringify(answer, null, 1).replaceAll('\n', '\ndata: ')}\n\n`],
    ['OpenAI’s last event', `data: ${whole}\n\ndata: [DONE]\n\n`],
    ['an object', JSON.stringify(answer, null, 2)],
    ['an array', `[${whole}\n,\r\n{}]`],
    ['events that mean nothing', `data: null\n\ndata: 5\n\ndata: {"candidates":[null,{}]}\n\ndata: ${whole}\n\n`],
  ])('%s', (_name, text) => {
    const bytes = Buffer.from(text);
    for (const step of [1, 7, 100, bytes.length]) {
      const reader = googleGenerate.streamReader();
      const parts: StreamPart[] = [];
      for (let at = 0; at < bytes.length; at += step) parts.push(...reader.push(bytes.subarray(at, at + step)));
      parts.push(...reader.end());
      const { completion, done, error } = collectCompletion(parts);
      expect({ done, error }).toEqual({ done: true, error: null });
      expect(completion.choices[0]?.parts.filter(({ kind }) => kind === 'tool-call')).toHaveLength(3);
      expect(completion.choices[0]?.finish).toBe('tool-calls');
    }
  });

  test('one that is cut is not whole, and an error in it ends it', () => {
    const cut = sse.slice(0, sse.indexOf('finishReason'));
    const failed = `${cut.slice(0, cut.lastIndexOf('data:'))}data: [{"error":{"code":500,"message":"x","status":"INTERNAL"}}]\n\n`;
    for (const [text, code] of [
      [cut, undefined],
      [failed, 'provider_failed'],
    ] as const) {
      const translator = new StreamTranslator(
        { reader: googleGenerate.streamReader(), writer: openaiChat.streamWriter(OPTIONS) },
        () => undefined,
      );
      translator.push(Buffer.from(text));
      const end = translator.end();
      expect([end.complete, end.doneFrame, end.error?.code]).toEqual([false, null, code]);
    }
  });
});
